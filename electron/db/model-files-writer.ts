/** Files of models, as scans find them, and their hashes, which come later. */
import type { ModelFileRecord } from './model-files-reader.ts'
import type { WriteSql } from './sql.ts'

export type NewModelFile = Omit<ModelFileRecord, 'id' | 'sha256'>

export class ModelFilesWriter {
  readonly #sql: WriteSql

  constructor(sql: WriteSql) {
    this.#sql = sql
  }

  /** What a look at it found. A hash that was known stays as long as the file looks the same from outside. */
  save(file: NewModelFile): void {
    this.#sql.run(
      `INSERT INTO model_files
         (path, name, kind, architecture, size_bytes, modified_at, stamp, seen_at, problem, hash_state)
       VALUES (@path, @name, @kind, @architecture, @sizeBytes, @modifiedAtMs, @stamp, @seenAtMs, @problem, @hashState)
       ON CONFLICT (path) DO UPDATE SET name = excluded.name, kind = excluded.kind,
         architecture = excluded.architecture, size_bytes = excluded.size_bytes, modified_at = excluded.modified_at,
         seen_at = excluded.seen_at, problem = excluded.problem,
         hash_state = CASE WHEN stamp = excluded.stamp THEN hash_state ELSE excluded.hash_state END,
         sha256 = CASE WHEN stamp = excluded.stamp THEN sha256 END, stamp = excluded.stamp`,
      { ...file },
    )
  }

  /** @param stamp what was hashed. @returns whether the file is still known as that */
  setHash(id: number, stamp: string, sha256: string | null, hashState: 'done' | 'failed'): boolean {
    const { changes } = this.#sql.run(
      'UPDATE model_files SET sha256 = @sha256, hash_state = @hashState WHERE id = @id AND stamp = @stamp',
      { id, stamp, sha256, hashState },
    )
    return changes > 0
  }

  remove(id: number): void {
    this.#sql.run('DELETE FROM model_files WHERE id = @id', { id })
  }
}
