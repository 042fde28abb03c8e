/** Input images and masks by content hash. */
import type { ReadSql } from './sql.ts'

export interface InputRecord {
  /** sha256 of the file's bytes, hex. */
  readonly hash: string
  /** Relative to the data folder, with forward slashes. */
  readonly fileName: string
  readonly sizeBytes: number
  readonly widthPx: number
  readonly heightPx: number
  readonly createdAtMs: number
}

const SELECT = `SELECT hash, file_name AS fileName, size_bytes AS sizeBytes, width_px AS widthPx,
  height_px AS heightPx, created_at AS createdAtMs FROM inputs`

export class InputsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  find(hash: string): InputRecord | undefined {
    return this.#sql.get<InputRecord>(`${SELECT} WHERE hash = @hash`, { hash })
  }

  /** In the order of their hashes, to go through all in parts: begin with ''. */
  after(hash: string, limit: number): InputRecord[] {
    return this.#sql.all<InputRecord>(`${SELECT} WHERE hash > @hash ORDER BY hash LIMIT @limit`, { hash, limit })
  }
}
