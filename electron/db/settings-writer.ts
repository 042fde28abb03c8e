/** Settings, one JSON value a key. */
import type { WriteSql } from './sql.ts'

export class SettingsWriter {
  readonly #sql: WriteSql

  constructor(sql: WriteSql) {
    this.#sql = sql
  }

  /** @param value plain JSON */
  set(key: string, value: unknown, nowMs: number): void {
    this.#sql.run(
      `INSERT INTO settings (key, value, updated_at) VALUES (@key, @value, @nowMs)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
      { key, value: JSON.stringify(value), nowMs },
    )
  }

  /** Back to the default. */
  unset(key: string): void {
    this.#sql.run('DELETE FROM settings WHERE key = @key', { key })
  }
}
