/** Presets: settings kept under a name. */
import { nameTaken } from './name-taken.ts'
import { notFound } from './not-found.ts'
import type { WriteSql } from './sql.ts'

export class PresetsWriter {
  readonly #sql: WriteSql

  constructor(sql: WriteSql) {
    this.#sql = sql
  }

  /** @param settings plain JSON. @returns its id. @throws {AppError} `name-taken` */
  create(name: string, settings: unknown, nowMs: number): number {
    this.#refuseTaken(name, 0)
    return this.#sql.run(
      `INSERT INTO presets (name, settings, created_at, updated_at) VALUES (@name, @settings, @nowMs, @nowMs)`,
      { name, settings: JSON.stringify(settings), nowMs },
    ).lastId
  }

  /** @throws {AppError} `name-taken`, `not-found` */
  update(id: number, name: string, settings: unknown, nowMs: number): void {
    this.#refuseTaken(name, id)
    const { changes } = this.#sql.run(
      'UPDATE presets SET name = @name, settings = @settings, updated_at = @nowMs WHERE id = @id',
      { id, name, settings: JSON.stringify(settings), nowMs },
    )
    if (changes === 0) throw notFound('preset', id)
  }

  /** @throws {AppError} `not-found` */
  remove(id: number): void {
    if (this.#sql.run('DELETE FROM presets WHERE id = @id', { id }).changes === 0) throw notFound('preset', id)
  }

  #refuseTaken(name: string, exceptId: number): void {
    const taken = this.#sql.get('SELECT 1 FROM presets WHERE name = @name AND id <> @exceptId', { name, exceptId })
    if (taken !== undefined) throw nameTaken('preset', name)
  }
}
