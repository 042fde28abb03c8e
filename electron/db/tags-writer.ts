/** Tags are made when first given, and go when they are taken from the last image. */
import { notFound } from './not-found.ts'
import type { WriteSql } from './sql.ts'

export class TagsWriter {
  readonly #sql: WriteSql

  constructor(sql: WriteSql) {
    this.#sql = sql
  }

  /** Case does not make another tag: the first spelling stays. @returns the tag's id */
  give(imageId: number, name: string): number {
    this.#sql.run('INSERT INTO tags (name) VALUES (@name) ON CONFLICT (name) DO NOTHING', { name })
    const tagId = this.#sql.get<{ id: number }>('SELECT id FROM tags WHERE name = @name', { name })!.id
    const { changes } = this.#sql.run(
      `INSERT INTO image_tags (tag_id, image_id) SELECT @tagId, id FROM images WHERE id = @imageId
       ON CONFLICT DO NOTHING`,
      { tagId, imageId },
    )
    if (changes === 0 && !this.#exists(imageId)) throw notFound('image', imageId)
    return tagId
  }

  take(imageId: number, name: string): void {
    this.#sql.run(
      'DELETE FROM image_tags WHERE image_id = @imageId AND tag_id = (SELECT id FROM tags WHERE name = @name)',
      { imageId, name },
    )
    this.#sql.run(
      'DELETE FROM tags WHERE name = @name AND NOT EXISTS (SELECT 1 FROM image_tags WHERE tag_id = tags.id)',
      { name },
    )
  }

  #exists(imageId: number): boolean {
    return this.#sql.get('SELECT 1 FROM images WHERE id = @imageId', { imageId }) !== undefined
  }
}
