/** Collections, and what is in them. */
import { idList, refuseUnknownImages } from './known-images.ts'
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

  /** @throws {AppError} `not-found`, `name-taken` */
  rename(id: number, name: string): void {
    this.#refuseUnknown(id)
    this.#refuseTaken(name, id)
    this.#sql.run('UPDATE collections SET name = @name WHERE id = @id', { id, name })
  }

  /** The images stay. @throws {AppError} `not-found` */
  remove(id: number): void {
    this.#refuseUnknown(id)
    this.#sql.run('DELETE FROM collections WHERE id = @id', { id })
  }

  /** Those that are in it already stay once. @throws {AppError} `not-found` */
  addImages(id: number, imageIds: readonly number[]): void {
    this.#refuseUnknown(id)
    refuseUnknownImages(this.#sql, imageIds)
    this.#sql.run(
      `INSERT INTO collection_images (collection_id, image_id) SELECT @id, value FROM json_each(@imageIds) WHERE true
       ON CONFLICT DO NOTHING`,
      { id, imageIds: idList(imageIds) },
    )
  }

  /** @throws {AppError} `not-found` */
  removeImages(id: number, imageIds: readonly number[]): void {
    this.#refuseUnknown(id)
    refuseUnknownImages(this.#sql, imageIds)
    this.#sql.run(
      'DELETE FROM collection_images WHERE collection_id = @id AND image_id IN (SELECT value FROM json_each(@imageIds))',
      { id, imageIds: idList(imageIds) },
    )
  }

  #refuseTaken(name: string, exceptId: number): void {
    const taken = this.#sql.get('SELECT 1 FROM collections WHERE name = @name AND id <> @exceptId', { name, exceptId })
    if (taken !== undefined) throw nameTaken('collection', name)
  }

  #refuseUnknown(id: number): void {
    if (this.#sql.get('SELECT 1 FROM collections WHERE id = @id', { id }) === undefined) {
      throw notFound('collection', id)
    }
  }
}
