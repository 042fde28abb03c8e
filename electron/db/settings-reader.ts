/** Settings as they were saved. Their schema and defaults belong to the service that owns them. */
import type { ReadSql } from './sql.ts'

export class SettingsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  /** What was set, by key; what was not set is not in it. */
  all(): Record<string, unknown> {
    const rows = this.#sql.all<{ key: string; value: string }>('SELECT key, value FROM settings ORDER BY key')
    return Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]))
  }

  get(key: string): unknown {
    const row = this.#sql.get<{ value: string }>('SELECT value FROM settings WHERE key = @key', { key })
    return row === undefined ? undefined : (JSON.parse(row.value) as unknown)
  }
}
