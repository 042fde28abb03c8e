/**
 * Adds an image file of ours to the history: its bytes as they are, its row from the settings in it and the hash of its
 * pixels. When it was made and how long that took is not in the file; its time is that of the import.
 */
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import { stringifyExact } from '#shared/exact-json.ts'
import { ImageSettingsSchema, type ImageSettings } from '#shared/generation.ts'
import type { ImageRecord } from '#shared/history.ts'
import { imageFormatOf, isCutShortPng, MAX_IMAGE_FILE_BYTES, MAX_IMAGE_PIXELS } from '#shared/image-formats.ts'
import type { StudioDatabase, Writers } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'
import { imageView } from '../history/image-view.ts'
import { tooManyBytes } from '../images/inspect-input.ts'
import { decodeStored } from '../images/stored-pixels.ts'
import { makeFolderOf, storedPath } from '../images/stored-path.ts'
import { giveNewName, withTemporaryFile } from '../images/temporary-file.ts'
import { pngTexts } from './containers/png-texts.ts'
import { parseReprise } from './formats/reprise.ts'

export interface ImportDeps {
  readonly db: StudioDatabase
  readonly dataDir: string
  readonly bus: Pick<EventBus, 'emit'>
}

/** `known`: an image with these pixels and settings is in the history. `foreign`: it has no settings of ours. */
export type Imported =
  | { readonly outcome: 'added' | 'known'; readonly imageId: number }
  | { readonly outcome: 'foreign'; readonly imageId: null }

/**
 * @throws {AppError} `image-invalid` (damaged, or changed after it was made), `image-too-large`, `not-found` (the input
 *   that it was made from), `disk-full`, `output-not-writable`, …
 */
export async function importImage({ db, dataDir, bus }: ImportDeps, bytes: Uint8Array): Promise<Imported> {
  if (bytes.length > MAX_IMAGE_FILE_BYTES) throw tooManyBytes(bytes.length)
  const settings = imageFormatOf(bytes)?.extension === 'png' ? ownSettings(bytes) : undefined
  if (settings === undefined) return { outcome: 'foreign', imageId: null }
  const pixelHash = await hashPixels(bytes, settings)

  const imported = await withTemporaryFile(dataDir, bytes, (temporaryPath) => {
    let fileName: string | undefined
    try {
      return db.transaction((write): Imported => {
        const known = sameImage(db, pixelHash, settings)
        if (known?.isMissing === false) return { outcome: 'known', imageId: known.id }
        requireInput(db, settings.inputImageHash)
        fileName = placeFile(db, dataDir, temporaryPath, settings)
        if (known !== undefined) {
          write.images.setFileName(known.id, fileName)
          return { outcome: 'known', imageId: known.id }
        }
        return { outcome: 'added', imageId: addRow(write, settings, { pixelHash, fileName, sizeBytes: bytes.length }) }
      })
    } catch (error) {
      if (fileName !== undefined) takeAway(db, dataDir, fileName)
      throw error
    }
  })
  if (imported.outcome === 'added') bus.emit('image.added', { image: imageView(db.read.images.get(imported.imageId)) })
  return imported
}

function ownSettings(bytes: Uint8Array): ImageSettings | undefined {
  const text = pngTexts(bytes).find(({ name }) => name === 'reprise')?.text
  return text === undefined ? undefined : parseReprise(text)
}

async function hashPixels(bytes: Uint8Array, settings: ImageSettings): Promise<string> {
  const { widthPx, heightPx } = settings
  if (widthPx < 1 || heightPx < 1 || widthPx * heightPx > MAX_IMAGE_PIXELS || isCutShortPng(bytes)) {
    throw new AppError('image-invalid', 'the image is damaged, or its settings are not those of its pixels')
  }
  const pixels = await decodeStored(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), settings)
  return createHash('sha256').update(pixels).digest('hex')
}

function sameImage(db: StudioDatabase, pixelHash: string, settings: ImageSettings): ImageRecord | undefined {
  const same = db.read.images.findByPixelHash(pixelHash).filter((row) => settingsText(row) === settingsText(settings))
  return same.find(({ isMissing }) => !isMissing) ?? same.at(0)
}

function settingsText(image: ImageSettings): string {
  return stringifyExact(ImageSettingsSchema.parse(image))
}

function requireInput(db: StudioDatabase, hash: string | undefined): void {
  if (hash === undefined || db.read.inputs.find(hash) !== undefined) return
  throw new AppError(
    'not-found',
    `the image was made from the input image ${quoted(hash)}, which is not here: add that first`,
    { data: { what: 'input', id: hash } },
  )
}

/** In a transaction. @returns the name of the row, and now of the file */
function placeFile(db: StudioDatabase, dataDir: string, temporaryPath: string, settings: ImageSettings): string {
  const day = new Date().toISOString().slice(0, 10)
  const stem = `images/${day}/imported-${settings.seed.toString()}`
  for (let number = 1; ; number++) {
    const fileName = number === 1 ? `${stem}.png` : `${stem}-${number}.png`
    if (db.read.images.findByFileName(fileName) !== undefined) continue
    const path = storedPath(dataDir, 'images', fileName)
    if (path === undefined) throw new AppError('internal', `${quoted(fileName)} is no name for an image`)
    makeFolderOf(dataDir, path)
    if (giveNewName(temporaryPath, path)) return fileName
  }
}

function addRow(
  write: Writers,
  settings: ImageSettings,
  { pixelHash, fileName, sizeBytes }: { pixelHash: string; fileName: string; sizeBytes: number },
): number {
  return write.images.add({
    ...settings,
    createdAtMs: Date.now(),
    pixelHash,
    fileName,
    fileSizeBytes: sizeBytes,
    threadCount: 0,
    durationMs: 0,
  })
}

/** After a transaction that failed; a file without a row would come into the history at the next start. */
function takeAway(db: StudioDatabase, dataDir: string, fileName: string): void {
  try {
    db.transaction(() => {
      if (db.read.images.findByFileName(fileName) === undefined) rmSync(join(dataDir, fileName), { force: true })
    })
  } catch {
    // what made the import fail is told
  }
}
