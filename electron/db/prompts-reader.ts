/** Prompt texts that were used before, for completion while typing. */
import type { ReadSql } from './sql.ts'

export class PromptsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  /** The prompts of the latest images, each once, the latest first. Looks at `10 × limit` images at most. */
  recent(limit: number): string[] {
    const rows = this.#sql.all<{ text: string }>(
      `SELECT p.text FROM (
         SELECT prompt_id, id FROM images WHERE id > 0 ORDER BY id DESC LIMIT @looked
       ) latest JOIN prompts p ON p.id = latest.prompt_id
       GROUP BY p.id ORDER BY max(latest.id) DESC LIMIT @limit`,
      { limit, looked: limit * 10 },
    )
    return rows.map((row) => row.text)
  }
}
