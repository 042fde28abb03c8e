/** The models that jobs choose from, as they were last found on disk. */
import { ModelFactsSchema, NO_FACTS, type ModelFacts } from '#shared/model-summary.ts'
import type { ReadSql, SqlParams } from './sql.ts'

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
  /** What the engine read out of it at the latest look that could. */
  readonly facts: ModelFacts
}

const SELECT = `SELECT id, path, name, architecture, hash, size_bytes AS sizeBytes, seen_at AS seenAtMs, problem, facts
  FROM models`

type Row = Omit<ModelRecord, 'facts'> & { facts: string | null }

/** Facts of an older version may be others; the next scan brings them anew. */
const Facts = ModelFactsSchema.catch(NO_FACTS)

function recordOf({ facts, ...row }: Row): ModelRecord {
  return { ...row, facts: facts === null ? NO_FACTS : Facts.parse(JSON.parse(facts)) }
}

export class ModelsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  /** By name. */
  list(): ModelRecord[] {
    return this.#sql.all<Row>(`${SELECT} ORDER BY name, path`).map(recordOf)
  }

  /** A usable one if there is one; the same model may lie in several folders. */
  findByHash(hash: string): ModelRecord | undefined {
    return this.#one(`${SELECT} WHERE hash = @hash ORDER BY problem IS NOT NULL, id LIMIT 1`, { hash })
  }

  /** By path: what its files looked like at the latest look; empty if it must be looked at again. */
  stamps(): Map<string, string> {
    const rows = this.#sql.all<{ path: string; stamp: string }>('SELECT path, stamp FROM models')
    return new Map(rows.map(({ path, stamp }) => [path, stamp]))
  }

  findByPath(path: string): ModelRecord | undefined {
    return this.#one(`${SELECT} WHERE path = @path`, { path })
  }

  #one(text: string, params: SqlParams): ModelRecord | undefined {
    const row = this.#sql.get<Row>(text, params)
    return row && recordOf(row)
  }
}
