/**
 * Puts an image file that has no row back into the history, with what the file itself knows: it was saved or brought in
 * just before a crash, or after the backup that the database was restored from, or somebody moved it.
 *
 * Created time is the file's; how long it took and with how many threads is not known any more, and is 0.
 */
import { readFileSync, rmSync, statSync } from 'node:fs'
import { open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { MAX_IMAGE_FILE_BYTES } from '#shared/image-formats.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { fileTime } from '../images/file-time.ts'
import { readImageSettings } from '../images/read-image-settings.ts'
import { findStored } from '../images/stored-path.ts'
import { thumbnailNames } from '../images/thumbnail-names.ts'
import { addRow, rowsOf } from '../metadata/identified-rows.ts'
import { canBeKept, identifyImage, type IdentifiedImage } from '../metadata/identify-image.ts'
import { itemOfFile } from './item-of-file.ts'

/**
 * `added` to the history; `finished`: the item that it was made for as well; `moved`: its row had lost it;
 * `stranger`: no image that the history keeps; `damaged`; `without-input`: what it was made from is not known;
 * `copy`: byte by byte the file of another row, left by a kill before it got its own, and taken away;
 * `settled`: it has a row by now, or is gone.
 */
export type Recovery = 'added' | 'finished' | 'moved' | 'stranger' | 'damaged' | 'without-input' | 'copy' | 'settled'

/** @throws {AppError} what the database throws */
export async function recoverImage(db: StudioDatabase, dataDir: string, fileName: string): Promise<Recovery> {
  const found = await readImage(dataDir, fileName)
  if (typeof found === 'string') return found
  const { image, ...file } = found
  const own = image.origin === 'reprise' ? image.settings : undefined
  if (own?.inputImageHash !== undefined && db.read.inputs.find(own.inputImageHash) === undefined) return 'without-input'
  let imageId: number | undefined
  const recovery = db.transaction((write): Recovery => {
    const isThere = findStored(dataDir, 'images', fileName) !== undefined
    if (!isThere || db.read.images.findByFileName(fileName) !== undefined) return 'settled'
    const lost = rowsOf(db, image).find(({ isMissing }) => isMissing)
    if (lost !== undefined) {
      write.images.setFileName(lost.id, fileName)
      return 'moved'
    }
    const item = own && itemOfFile(db, fileName, own)
    if (
      item === undefined &&
      rowsOf(db, image).some(({ id }) => isSameFile(dataDir, db.read.images.get(id).fileName, fileName))
    ) {
      rmSync(join(dataDir, fileName), { force: true })
      return 'copy'
    }
    imageId = addRow(write, image, { ...file, fileName })
    if (item === undefined) return 'added'
    write.jobItems.finish(item.id, imageId, file.createdAtMs)
    return 'finished'
  })
  // ids are made of times: an image that the database forgot may have left a thumbnail under this one
  for (const name of imageId === undefined ? [] : thumbnailNames(imageId)) {
    const path = findStored(dataDir, 'thumbnails', name)
    if (path !== undefined) await rm(path, { force: true })
  }
  return recovery
}

function isSameFile(dataDir: string, known: string, fileName: string): boolean {
  const [one, other] = [known, fileName].map((name) => findStored(dataDir, 'images', name))
  if (one === undefined || other === undefined || one === other) return false
  return statSync(one).size === statSync(other).size && readFileSync(one).equals(readFileSync(other))
}

interface ReadImage {
  readonly image: IdentifiedImage
  readonly createdAtMs: number
  readonly fileSizeBytes: number
}

async function readImage(dataDir: string, fileName: string): Promise<ReadImage | 'stranger' | 'damaged'> {
  const path = findStored(dataDir, 'images', fileName)
  if (path === undefined) return 'stranger'
  try {
    if (!canBeKept(await firstBytes(path))) return 'stranger'
    const { size: fileSizeBytes, mtimeMs } = await stat(path)
    if (fileSizeBytes > MAX_IMAGE_FILE_BYTES) return 'damaged'
    const image = await identifyImage(await readFile(path), await readImageSettings(path))
    return { image, createdAtMs: fileTime(mtimeMs), fileSizeBytes }
  } catch (error) {
    // not a file that can be read: whatever it is, it is no image of the history
    if (error instanceof AppError && !error.code.startsWith('image-')) throw error
    return 'damaged'
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
