/** Images one by one, and what a start-up check needs to compare rows with files. Pages: HistoryReader. */
import { AppError } from '#shared/errors.ts'
import type { ImageRecord, OwnImage } from '#shared/history.ts'
import { imageFromRow, SELECT_IMAGE, type ImageRow } from './image-row.ts'
import { notFound } from './not-found.ts'
import type { ReadSql } from './sql.ts'

export interface ImageFile {
  readonly id: number
  readonly fileName: string
}

export class ImagesReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  find(id: number): ImageRecord | undefined {
    const row = this.#sql.get<ImageRow>(`${SELECT_IMAGE} WHERE i.id = @id`, { id })
    return row && imageFromRow(row)
  }

  has(id: number): boolean {
    return this.#sql.get('SELECT 1 FROM images WHERE id = @id', { id }) !== undefined
  }

  /** @throws {AppError} `not-found` */
  get(id: number): ImageRecord {
    const image = this.find(id)
    if (image === undefined) throw notFound('image', id)
    return image
  }

  /** @throws {AppError} `not-found`, `invalid-argument` for one that was not made here */
  getOwn(id: number): OwnImage {
    const image = this.get(id)
    if (image.origin === 'reprise') return image
    throw notMadeHere(image)
  }

  findByFileName(fileName: string): ImageRecord | undefined {
    const row = this.#sql.get<ImageRow>(`${SELECT_IMAGE} WHERE i.file_name = @fileName`, { fileName })
    return row && imageFromRow(row)
  }

  /** Oldest first; all that have exactly these pixels. */
  findByPixelHash(pixelHash: string): ImageRecord[] {
    return this.#sql
      .all<ImageRow>(`${SELECT_IMAGE} WHERE i.pixel_hash = @pixelHash ORDER BY i.id`, { pixelHash })
      .map(imageFromRow)
  }

  /** Files by id, trash included, to go through all rows in parts. */
  filesAfter(id: number, limit: number): (ImageFile & { readonly isMissing: boolean })[] {
    return this.#sql
      .all<ImageFile & { isMissing: number }>(
        `SELECT id, file_name AS fileName, is_missing AS isMissing FROM images
         WHERE id > @id ORDER BY id LIMIT @limit`,
        { id, limit },
      )
      .map((row) => ({ ...row, isMissing: row.isMissing === 1 }))
  }

  /** In the trash since before this time; oldest ids first. */
  trashedBefore(timeMs: number, limit: number): ImageFile[] {
    return this.#sql.all<ImageFile>(
      `SELECT id, file_name AS fileName FROM images INDEXED BY images_by_time
       WHERE is_trashed = 1 AND trashed_at < @timeMs ORDER BY id LIMIT @limit`,
      { timeMs, limit },
    )
  }
}

function notMadeHere({ id, origin }: ImageRecord): AppError {
  const why =
    origin === 'reprise-copy'
      ? 'is a copy whose pixels are not those that Reprise made'
      : 'was made by another program, not by Reprise'
  return new AppError(
    'invalid-argument',
    `image ${id} ${why}, so it cannot be made again pixel by pixel: send its settings to Batch for one like it`,
    { data: { imageId: id, origin } },
  )
}
