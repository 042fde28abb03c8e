/**
 * Adds an image file to the history, whoever made it: its bytes as they are, its row from the settings in it and the hash
 * of its pixels (docs/adr/0008-foreign-images.md). No file says when the image was made: its time is that of the file.
 */
import { utimesSync } from 'node:fs'
import { AppError, quoted } from '#shared/errors.ts'
import type { ImageSettings } from '#shared/generation.ts'
import type { ImageRecord } from '#shared/history.ts'
import { imageFormatOf } from '#shared/image-formats.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'
import { imageView } from '../history/image-view.ts'
import { fileTime } from '../images/file-time.ts'
import { nameImageFile } from '../images/name-image-file.ts'
import { outputError } from '../images/output-error.ts'
import { withTemporaryFile } from '../images/temporary-file.ts'
import { pngTexts } from './containers/png-texts.ts'
import { parseReprise } from './formats/reprise.ts'
import { addRow, rowsOf } from './identified-rows.ts'
import { identifyImage, type IdentifiedImage } from './identify-image.ts'

export interface ImportDeps {
  readonly db: StudioDatabase
  readonly dataDir: string
  readonly bus: Pick<EventBus, 'emit'>
}

/** `known`: an image with these pixels and settings is in the history. */
export interface Imported {
  readonly outcome: 'added' | 'known'
  readonly imageId: number
  readonly origin: ImageRecord['origin']
}

/**
 * @param modifiedAtMs of the file, if that is known
 * @throws {AppError} `image-invalid` (no PNG, JPEG or WebP, or damaged), `image-too-large`, `not-found` (the input that
 *   one of ours was made from), `disk-full`, `output-not-writable`, …
 */
export async function importImage(deps: ImportDeps, bytes: Uint8Array, modifiedAtMs = Date.now()): Promise<Imported> {
  return await keepImage(deps, bytes, await identifyImage(bytes, ownSettings(bytes)), modifiedAtMs)
}

/** @param image what these bytes were identified as. @throws {AppError} what importImage throws */
export async function keepImage(
  { db, dataDir, bus }: ImportDeps,
  bytes: Uint8Array,
  image: IdentifiedImage,
  modifiedAtMs: number,
): Promise<Imported> {
  const { origin, extension, settings } = image
  const createdAtMs = fileTime(modifiedAtMs)
  const isThere = ({ isMissing }: { isMissing: boolean }): boolean => !isMissing
  // nothing has to be written then
  const first = rowsOf(db, image).find(isThere)
  if (first !== undefined) return { outcome: 'known', imageId: first.id, origin }
  let restoredId: number | undefined
  const imported = await withTemporaryFile(dataDir, bytes, (temporaryPath) =>
    nameImageFile({ db, dataDir }, temporaryPath, (write, giveName): Imported => {
      const known = rowsOf(db, image)
      const there = known.find(isThere)
      if (there !== undefined) return { outcome: 'known', imageId: there.id, origin }
      if (image.origin === 'reprise') requireInput(db, image.settings.inputImageHash)
      // what the database forgets comes back from its file, with this time
      setTime(temporaryPath, createdAtMs)
      // a name of its own at once: thousands of a day may have the same seed, or none
      const name = `imported-${image.pixelHash.slice(0, 12)}`
      const fileName = giveName({ name, dayMs: createdAtMs, extension }, settings.seed)
      const lost = known.at(0)
      if (lost !== undefined) {
        restoredId = lost.id
        write.images.setFileName(lost.id, fileName)
        return { outcome: 'known', imageId: lost.id, origin }
      }
      const fileSizeBytes = bytes.length
      return { outcome: 'added', imageId: addRow(write, image, { createdAtMs, fileName, fileSizeBytes }), origin }
    }),
  )
  if (imported.outcome === 'added') bus.emit('image.added', { image: imageView(db.read.images.get(imported.imageId)) })
  if (restoredId !== undefined) bus.emit('images.changed', { ids: [restoredId] })
  return imported
}

/** @throws {AppError} `output-not-writable` */
function setTime(path: string, timeMs: number): void {
  try {
    utimesSync(path, timeMs / 1000, timeMs / 1000)
  } catch (error) {
    throw outputError(error, path)
  }
}

/** The settings of ours in a PNG. */
export function ownSettings(bytes: Uint8Array): ImageSettings | undefined {
  if (imageFormatOf(bytes)?.extension !== 'png') return undefined
  const text = pngTexts(bytes).find(({ name }) => name === 'reprise')?.text
  return text === undefined ? undefined : parseReprise(text)
}

function requireInput(db: StudioDatabase, hash: string | undefined): void {
  if (hash === undefined || db.read.inputs.find(hash) !== undefined) return
  throw new AppError(
    'not-found',
    `the image was made from the input image ${quoted(hash)}, which is not here: add that first`,
    { data: { what: 'input', id: hash } },
  )
}
