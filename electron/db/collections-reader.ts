/** Collections: sets of images with a name. */
import { notFound } from './not-found.ts'
import type { ReadSql } from './sql.ts'

export interface CollectionRecord {
  readonly id: number
  readonly name: string
  readonly createdAtMs: number
  /** Trash included. */
  readonly imageCount: number
}

const SELECT = `SELECT id, name, created_at AS createdAtMs,
  (SELECT count(*) FROM collection_images WHERE collection_id = collections.id) AS imageCount FROM collections`

export class CollectionsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  /** By name. */
  list(): CollectionRecord[] {
    return this.#sql.all<CollectionRecord>(`${SELECT} ORDER BY name`)
  }

  /** @throws {AppError} `not-found` */
  get(id: number): CollectionRecord {
    const collection = this.#sql.get<CollectionRecord>(`${SELECT} WHERE id = @id`, { id })
    if (collection === undefined) throw notFound('collection', id)
    return collection
  }

  /** By name. */
  ofImage(imageId: number): Pick<CollectionRecord, 'id' | 'name'>[] {
    return this.#sql.all(
      `SELECT id, name FROM collection_images JOIN collections ON collections.id = collection_id
       WHERE image_id = @imageId ORDER BY name`,
      { imageId },
    )
  }

  /** Trash included. */
  imageIds(id: number): number[] {
    return this.#sql
      .all<{ imageId: number }>('SELECT image_id AS imageId FROM collection_images WHERE collection_id = @id', { id })
      .map(({ imageId }) => imageId)
  }
}
