/** Files of models as other apps keep them, and folders that the engine does not take: one row each. */
import type { HashState, ModelFileKind } from '#shared/contract/model-files.ts'
import type { ReadSql } from './sql.ts'

export interface ModelFileRecord {
  readonly id: number
  /** Absolute; of this machine. */
  readonly path: string
  readonly name: string
  readonly kind: ModelFileKind
  readonly architecture: string
  readonly sizeBytes: number
  readonly modifiedAtMs: number
  /** Size, time and inode. */
  readonly stamp: string
  readonly seenAtMs: number
  /** Why it cannot be used; null if it can. */
  readonly problem: string | null
  readonly sha256: string | null
  readonly hashState: HashState
}

const SELECT = `SELECT id, path, name, kind, architecture, size_bytes AS sizeBytes, modified_at AS modifiedAtMs, stamp,
  seen_at AS seenAtMs, problem, sha256, hash_state AS hashState FROM model_files`

export class ModelFilesReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  /** By name. */
  list(kind?: ModelFileKind): ModelFileRecord[] {
    if (kind === undefined) return this.#sql.all<ModelFileRecord>(`${SELECT} ORDER BY name, path`)
    return this.#sql.all<ModelFileRecord>(`${SELECT} WHERE kind = @kind ORDER BY name, path`, { kind })
  }

  /** Of a file that looks the same from outside: the same file under another name. */
  hashOf(stamp: string): string | undefined {
    return this.#sql.get<{ sha256: string }>(
      `SELECT sha256 FROM model_files WHERE stamp = @stamp AND hash_state = 'done'`,
      { stamp },
    )?.sha256
  }

  /** The smallest whose hash is not known. */
  nextToHash(exceptIds: readonly number[]): ModelFileRecord | undefined {
    return this.#sql.get<ModelFileRecord>(
      `${SELECT} WHERE hash_state = 'waiting' AND id NOT IN (SELECT value FROM json_each(@except))
       ORDER BY size_bytes, id LIMIT 1`,
      { except: JSON.stringify(exceptIds) },
    )
  }
}
