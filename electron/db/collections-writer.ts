/** Collections, and what is in them. */
import { nameTaken } from './name-taken.ts'
import { notFound } from './not-found.ts'
import type { WriteSql } from './sql.ts'

export class CollectionsWriter {
  readonly #sql: WriteSql

  constructor(sql: WriteSql) {
    this.#sql = sql
  }

  /** @returns its id. @throws {AppError} `name-taken` */
  create(name: string, nowMs: number): number {
    this.#refuseTaken(name, 0)
    return this.#sql.run('INSERT INTO collections (name, created_at) VALUES (@name, @nowMs)', { name, nowMs }).lastId
  }

  /** @throws {AppError} `name-taken`, `not-found` */
  rename(id: number, name: string): void {
    this.#refuseTaken(name, id)
    const { changes } = this.#sql.run('UPDATE collections SET name = @name WHERE id = @id', { id, name })
    if (changes === 0) throw notFound('collection', id)
  }

  /** The images stay. @throws {AppError} `not-found` */
  remove(id: number): void {
    if (this.#sql.run('DELETE FROM collections WHERE id = @id', { id }).changes === 0) throw notFound('collection', id)
  }

  /** Those that are in it already stay once. @throws {AppError} `not-found` */
  addImages(id: number, imageIds: readonly number[]): void {
    if (this.#sql.get('SELECT 1 FROM collections WHERE id = @id', { id }) === undefined) {
      throw notFound('collection', id)
    }
    for (const imageId of imageIds) {
      if (this.#sql.get('SELECT 1 FROM images WHERE id = @imageId', { imageId }) === undefined) {
        throw notFound('image', imageId)
      }
      this.#sql.run(
        `INSERT INTO collection_images (collection_id, image_id) VALUES (@id, @imageId) ON CONFLICT DO NOTHING`,
        { id, imageId },
      )
    }
  }

  removeImages(id: number, imageIds: readonly number[]): void {
    for (const imageId of imageIds) {
      this.#sql.run('DELETE FROM collection_images WHERE collection_id = @id AND image_id = @imageId', { id, imageId })
    }
  }

  #refuseTaken(name: string, exceptId: number): void {
    const taken = this.#sql.get('SELECT 1 FROM collections WHERE name = @name AND id <> @exceptId', { name, exceptId })
    if (taken !== undefined) throw nameTaken('collection', name)
  }
}
