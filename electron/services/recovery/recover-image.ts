/**
 * Puts an image file that has no row back into the history, with what the file itself knows: it was saved just before
 * a crash, or after the backup that the database was restored from, or somebody moved it.
 *
 * Created time is the file's; how long it took and with how many threads is not known any more, and is 0.
 */
import { readFile, rm, stat } from 'node:fs/promises'
import { AppError } from '#shared/errors.ts'
import { isCutShortPng, MAX_IMAGE_FILE_BYTES, MAX_IMAGE_PIXELS } from '#shared/image-formats.ts'
import type { NewImage } from '../../db/images-writer.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { hashOfPixels, haveSameSettings } from '../images/image-identity.ts'
import { readImageSettings } from '../images/read-image-settings.ts'
import { findStored } from '../images/stored-path.ts'
import { thumbnailNames } from '../images/thumbnail-names.ts'
import { fileTime } from './file-time.ts'
import { itemOfFile } from './item-of-file.ts'

/**
 * `added` to the history; `finished`: the item that it was made for as well; `moved`: its row had lost it;
 * `foreign`: no settings of ours in it; `damaged`; `without-input`: what it was made from is not known;
 * `settled`: it has a row by now, or is gone.
 */
export type Recovery = 'added' | 'finished' | 'moved' | 'foreign' | 'damaged' | 'without-input' | 'settled'

/** @throws {AppError} what the database throws */
export async function recoverImage(db: StudioDatabase, dataDir: string, fileName: string): Promise<Recovery> {
  const image = await readImage(dataDir, fileName)
  if (typeof image === 'string') return image
  const { inputImageHash } = image
  if (inputImageHash !== undefined && db.read.inputs.find(inputImageHash) === undefined) return 'without-input'
  let imageId: number | undefined
  const recovery = db.transaction((write): Recovery => {
    const isThere = findStored(dataDir, 'images', fileName) !== undefined
    if (!isThere || db.read.images.findByFileName(fileName) !== undefined) return 'settled'
    const lost = db.read.images
      .findByPixelHash(image.pixelHash)
      .find((row) => row.isMissing && haveSameSettings(row, image))
    if (lost !== undefined) {
      write.images.setFileName(lost.id, fileName)
      return 'moved'
    }
    imageId = write.images.add(image)
    const item = itemOfFile(db, fileName, image)
    if (item === undefined) return 'added'
    write.jobItems.finish(item.id, imageId, image.createdAtMs)
    return 'finished'
  })
  // ids are made of times: an image that the database forgot may have left a thumbnail under this one
  for (const name of imageId === undefined ? [] : thumbnailNames(imageId)) {
    const path = findStored(dataDir, 'thumbnails', name)
    if (path !== undefined) await rm(path, { force: true })
  }
  return recovery
}

async function readImage(dataDir: string, fileName: string): Promise<NewImage | 'foreign' | 'damaged'> {
  const path = findStored(dataDir, 'images', fileName)
  if (path === undefined) return 'foreign'
  try {
    const settings = await readImageSettings(path)
    if (settings === undefined) return 'foreign'
    const { size: fileSizeBytes, mtimeMs } = await stat(path)
    if (fileSizeBytes > MAX_IMAGE_FILE_BYTES || settings.widthPx * settings.heightPx > MAX_IMAGE_PIXELS)
      return 'damaged'
    const bytes = await readFile(path)
    if (isCutShortPng(bytes)) return 'damaged'
    const pixelHash = await hashOfPixels(bytes, settings)
    const createdAtMs = fileTime(mtimeMs)
    return { ...settings, createdAtMs, pixelHash, fileName, fileSizeBytes, threadCount: 0, durationMs: 0 }
  } catch (error) {
    // not a file that can be read: whatever it is, it is no image of the history
    if (error instanceof AppError && error.code !== 'image-invalid') throw error
    return 'damaged'
  }
}
