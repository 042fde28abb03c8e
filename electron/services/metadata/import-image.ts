/**
 * Adds an image file of ours to the history: its bytes as they are, its row from the settings in it and the hash of its
 * pixels. When it was made and how long that took is not in the file; its time is that of the import.
 */
import { AppError, quoted } from '#shared/errors.ts'
import type { ImageSettings } from '#shared/generation.ts'
import type { ImageRecord } from '#shared/history.ts'
import { imageFormatOf, isCutShortPng, MAX_IMAGE_FILE_BYTES, MAX_IMAGE_PIXELS } from '#shared/image-formats.ts'
import type { StudioDatabase, Writers } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'
import { imageView } from '../history/image-view.ts'
import { hashOfPixels, haveSameSettings } from '../images/image-identity.ts'
import { tooManyBytes } from '../images/inspect-input.ts'
import { nameImageFile } from '../images/name-image-file.ts'
import { withTemporaryFile } from '../images/temporary-file.ts'
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

  const imported = await withTemporaryFile(dataDir, bytes, (temporaryPath) =>
    nameImageFile({ db, dataDir }, temporaryPath, (write, giveName): Imported => {
      const known = sameImage(db, pixelHash, settings)
      if (known?.isMissing === false) return { outcome: 'known', imageId: known.id }
      requireInput(db, settings.inputImageHash)
      const fileName = giveName({ name: 'imported', dayMs: Date.now() }, settings.seed)
      if (known !== undefined) {
        write.images.setFileName(known.id, fileName)
        return { outcome: 'known', imageId: known.id }
      }
      return { outcome: 'added', imageId: addRow(write, settings, { pixelHash, fileName, sizeBytes: bytes.length }) }
    }),
  )
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
  return hashOfPixels(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), settings)
}

function sameImage(db: StudioDatabase, pixelHash: string, settings: ImageSettings): ImageRecord | undefined {
  const same = db.read.images.findByPixelHash(pixelHash).filter((row) => haveSameSettings(row, settings))
  return same.find(({ isMissing }) => !isMissing) ?? same.at(0)
}

function requireInput(db: StudioDatabase, hash: string | undefined): void {
  if (hash === undefined || db.read.inputs.find(hash) !== undefined) return
  throw new AppError(
    'not-found',
    `the image was made from the input image ${quoted(hash)}, which is not here: add that first`,
    { data: { what: 'input', id: hash } },
  )
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
