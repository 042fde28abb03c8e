/** Collections: sets of images with a name. */
import type { ReadSql } from './sql.ts'

export interface CollectionRecord {
  readonly id: number
  readonly name: string
  readonly createdAtMs: number
  /** Trash included. */
  readonly imageCount: number
}

export class CollectionsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  /** By name. */
  list(): CollectionRecord[] {
    return this.#sql.all<CollectionRecord>(
      `SELECT id, name, created_at AS createdAtMs,
         (SELECT count(*) FROM collection_images WHERE collection_id = collections.id) AS imageCount
       FROM collections ORDER BY name`,
    )
  }
}
