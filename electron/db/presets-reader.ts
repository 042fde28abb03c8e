/** Presets: settings kept under a name. */
import { notFound } from './not-found.ts'
import type { ReadSql } from './sql.ts'

export interface PresetRecord {
  readonly id: number
  readonly name: string
  /** As it was saved; whoever reads it checks it. */
  readonly settings: unknown
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

const SELECT = 'SELECT id, name, settings, created_at AS createdAtMs, updated_at AS updatedAtMs FROM presets'

type PresetRow = PresetRecord & { settings: string }

export class PresetsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  /** By name. */
  list(): PresetRecord[] {
    return this.#sql.all<PresetRow>(`${SELECT} ORDER BY name`).map(presetFromRow)
  }

  /** @throws {AppError} `not-found` */
  get(id: number): PresetRecord {
    const row = this.#sql.get<PresetRow>(`${SELECT} WHERE id = @id`, { id })
    if (row === undefined) throw notFound('preset', id)
    return presetFromRow(row)
  }
}

function presetFromRow(row: PresetRow): PresetRecord {
  return { ...row, settings: JSON.parse(row.settings) as unknown }
}
