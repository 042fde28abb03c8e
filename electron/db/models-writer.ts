/** The models that jobs choose from, one row a folder. Images keep name and hash themselves and need no row here. */
import type { ModelRecord } from './models-reader.ts'
import type { WriteSql } from './sql.ts'

export class ModelsWriter {
  readonly #sql: WriteSql

  constructor(sql: WriteSql) {
    this.#sql = sql
  }

  /**
   * What a look at its folder found; the row of a folder that is known keeps its id.
   *
   * @param stamp of the files that the look depended on; empty if the next scan shall look again
   * @returns the id
   */
  save(model: Omit<ModelRecord, 'id'>, stamp = ''): number {
    this.#sql.run(
      `INSERT INTO models (path, name, architecture, hash, size_bytes, seen_at, problem, facts, stamp)
       VALUES (@path, @name, @architecture, @hash, @sizeBytes, @seenAtMs, @problem, @facts, @stamp)
       ON CONFLICT (path) DO UPDATE SET name = excluded.name, architecture = excluded.architecture,
         hash = excluded.hash, size_bytes = excluded.size_bytes, seen_at = excluded.seen_at, problem = excluded.problem,
         facts = excluded.facts, stamp = excluded.stamp`,
      { ...model, facts: JSON.stringify(model.facts), stamp },
    )
    return this.#sql.get<{ id: number }>('SELECT id FROM models WHERE path = @path', { path: model.path })!.id
  }

  remove(id: number): void {
    this.#sql.run('DELETE FROM models WHERE id = @id', { id })
  }
}
