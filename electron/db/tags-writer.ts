/** Tags are made when first given, and go when they are taken from the last image. */
import { idList, refuseUnknownImages } from './known-images.ts'
import { nameTaken } from './name-taken.ts'
import { notFound } from './not-found.ts'
import type { WriteSql } from './sql.ts'

export class TagsWriter {
  readonly #sql: WriteSql

  constructor(sql: WriteSql) {
    this.#sql = sql
  }

  /** @returns the tag's id. @throws {AppError} `not-found` */
  give(imageId: number, name: string): number {
    return this.giveAll([imageId], [name])[0]
  }

  /**
   * Each image gets each tag. Case does not make another tag: the first spelling stays.
   *
   * @returns the tags' ids, in the order of the names
   * @throws {AppError} `not-found`
   */
  giveAll(imageIds: readonly number[], names: readonly string[]): number[] {
    refuseUnknownImages(this.#sql, imageIds)
    return names.map((name) => {
      this.#sql.run('INSERT INTO tags (name) VALUES (@name) ON CONFLICT (name) DO NOTHING', { name })
      const { id } = this.#sql.get<{ id: number }>('SELECT id FROM tags WHERE name = @name', { name })!
      this.#sql.run(
        `INSERT INTO image_tags (tag_id, image_id) SELECT @id, value FROM json_each(@imageIds) WHERE true
         ON CONFLICT DO NOTHING`,
        { id, imageIds: idList(imageIds) },
      )
      return id
    })
  }

  /** @throws {AppError} `not-found` */
  takeAll(imageIds: readonly number[], tagIds: readonly number[]): void {
    refuseUnknownImages(this.#sql, imageIds)
    for (const tagId of new Set(tagIds)) {
      this.#refuseUnknown(tagId)
      this.#sql.run(
        'DELETE FROM image_tags WHERE tag_id = @tagId AND image_id IN (SELECT value FROM json_each(@imageIds))',
        { tagId, imageIds: idList(imageIds) },
      )
    }
    this.removeUnused()
  }

  /** @throws {AppError} `name-taken`, `not-found` */
  rename(id: number, name: string): void {
    this.#refuseUnknown(id)
    const taken = this.#sql.get('SELECT 1 FROM tags WHERE name = @name AND id <> @id', { name, id })
    if (taken !== undefined) throw nameTaken('tag', name)
    this.#sql.run('UPDATE tags SET name = @name WHERE id = @id', { id, name })
  }

  /** From all images. @throws {AppError} `not-found` */
  remove(id: number): void {
    this.#refuseUnknown(id)
    this.#sql.run('DELETE FROM tags WHERE id = @id', { id })
  }

  /** Those that no image has any more, because images were removed. */
  removeUnused(): void {
    this.#sql.run('DELETE FROM tags WHERE NOT EXISTS (SELECT 1 FROM image_tags WHERE tag_id = tags.id)')
  }

  #refuseUnknown(id: number): void {
    if (this.#sql.get('SELECT 1 FROM tags WHERE id = @id', { id }) === undefined) throw notFound('tag', id)
  }
}
