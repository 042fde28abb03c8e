/** Prompt texts, each kept once. */
import { createHash } from 'node:crypto'
import type { WriteSql } from './sql.ts'

export class PromptsWriter {
  readonly #sql: WriteSql

  constructor(sql: WriteSql) {
    this.#sql = sql
  }

  /** @returns the id of this text, new or known */
  intern(text: string): number {
    // SQLite keeps UTF-8, which has no lone surrogates: what is kept is what the digest is of
    const kept = text.toWellFormed()
    const digest = createHash('sha256').update(kept, 'utf8').digest()
    const known = this.#sql.get<{ id: number }>('SELECT id FROM prompts WHERE digest = @digest', { digest })
    if (known !== undefined) return known.id
    return this.#sql.run('INSERT INTO prompts (digest, text) VALUES (@digest, @text)', { digest, text: kept }).lastId
  }

  /** Forgets texts that nothing refers to any more; for those that an image just removed had. */
  removeUnused(ids: readonly number[]): void {
    for (const id of new Set(ids)) {
      this.#sql.run(
        `DELETE FROM prompts WHERE id = @id
           AND NOT EXISTS (SELECT 1 FROM images WHERE prompt_id = @id)
           AND NOT EXISTS (SELECT 1 FROM images WHERE negative_prompt_id = @id)
           AND NOT EXISTS (SELECT 1 FROM job_items WHERE prompt_id = @id)
           AND NOT EXISTS (SELECT 1 FROM job_items WHERE negative_prompt_id = @id)`,
        { id },
      )
    }
  }
}
