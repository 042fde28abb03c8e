/** Image files and their rows: whether a file has one, and the row of one that is new. */
import { haveSameSettings } from '../images/image-identity.ts'
import type { StudioDatabase, Writers } from '../../db/studio-database.ts'
import type { IdentifiedImage } from './identify-image.ts'

interface KnownRow {
  readonly id: number
  readonly isMissing: boolean
}

/** Rows of the same pixels, made from the same settings or with the same text in their files; the oldest first. */
export function rowsOf({ read }: Pick<StudioDatabase, 'read'>, image: IdentifiedImage): KnownRow[] {
  if (image.origin !== 'reprise') return read.readSettings.imagesWith(image.pixelHash, image.read.raw)
  return read.images
    .findByPixelHash(image.pixelHash)
    .filter((row) => row.origin === 'reprise' && haveSameSettings(row, image.settings))
}

/** How long it took, and with how many threads, is in no file. @returns its id */
export function addRow(
  write: Writers,
  image: IdentifiedImage,
  file: { readonly createdAtMs: number; readonly fileName: string; readonly fileSizeBytes: number },
): number {
  const { pixelHash } = image
  if (image.origin === 'reprise') {
    return write.images.add({ ...image.settings, ...file, pixelHash, threadCount: 0, durationMs: 0 })
  }
  const { origin, widthPx, heightPx, settings, read } = image
  return write.images.addForeign({ ...settings, ...file, origin, widthPx, heightPx, pixelHash, read })
}
