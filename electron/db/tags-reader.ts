/** Tags, and which image has which. */
import type { ReadSql } from './sql.ts'

export interface TagRecord {
  readonly id: number
  readonly name: string
  /** Images that have it, trash included. */
  readonly imageCount: number
}

export class TagsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  /** By name. */
  list(): TagRecord[] {
    return this.#sql.all<TagRecord>(
      `SELECT id, name, (SELECT count(*) FROM image_tags WHERE tag_id = tags.id) AS imageCount
       FROM tags ORDER BY name`,
    )
  }

  /** By name. */
  ofImage(imageId: number): Pick<TagRecord, 'id' | 'name'>[] {
    return this.#sql.all(
      'SELECT id, name FROM image_tags JOIN tags ON tags.id = tag_id WHERE image_id = @imageId ORDER BY name',
      { imageId },
    )
  }

  /** Images that have it, trash included. */
  imageIds(id: number): number[] {
    return this.#sql
      .all<{ imageId: number }>('SELECT image_id AS imageId FROM image_tags WHERE tag_id = @id', { id })
      .map(({ imageId }) => imageId)
  }
}
