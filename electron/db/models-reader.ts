/** The models that jobs choose from, as they were last found on disk. */
import type { ReadSql } from './sql.ts'

export interface ModelRecord {
  readonly id: number
  /** Absolute; of this machine, and never part of an image or an export. */
  readonly path: string
  readonly name: string
  readonly architecture: string
  /** As in ImageSettings: sha256 over headers and configs, hex. */
  readonly hash: string
  readonly sizeBytes: number
  readonly seenAtMs: number
  /** Why it cannot be used now; null if it can. */
  readonly problem: string | null
}

const SELECT = `SELECT id, path, name, architecture, hash, size_bytes AS sizeBytes, seen_at AS seenAtMs, problem
  FROM models`

export class ModelsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  /** By name. */
  list(): ModelRecord[] {
    return this.#sql.all<ModelRecord>(`${SELECT} ORDER BY name, path`)
  }

  /** A usable one if there is one; the same model may lie in several folders. */
  findByHash(hash: string): ModelRecord | undefined {
    return this.#sql.get<ModelRecord>(`${SELECT} WHERE hash = @hash ORDER BY problem IS NOT NULL, id LIMIT 1`, { hash })
  }

  /** By path: what its files looked like at the latest look; empty if it must be looked at again. */
  stamps(): Map<string, string> {
    const rows = this.#sql.all<{ path: string; stamp: string }>('SELECT path, stamp FROM models')
    return new Map(rows.map(({ path, stamp }) => [path, stamp]))
  }

  findByPath(path: string): ModelRecord | undefined {
    return this.#sql.get<ModelRecord>(`${SELECT} WHERE path = @path`, { path })
  }
}
