/** Input images and masks, by the hash of their bytes: one file however often it is used. */
import type { InputRecord } from './inputs-reader.ts'
import type { WriteSql } from './sql.ts'

export class InputsWriter {
  readonly #sql: WriteSql

  constructor(sql: WriteSql) {
    this.#sql = sql
  }

  /** The file must be whole on disk before. An input that is known already stays as it is. */
  add(input: InputRecord): void {
    this.#sql.run(
      `INSERT INTO inputs (hash, file_name, size_bytes, width_px, height_px, created_at)
       VALUES (@hash, @fileName, @sizeBytes, @widthPx, @heightPx, @createdAtMs) ON CONFLICT (hash) DO NOTHING`,
      { ...input },
    )
  }

  /** @returns whether it was removed: not if an image or a queued item still needs it */
  removeIfUnused(hash: string): boolean {
    const { changes } = this.#sql.run(
      `DELETE FROM inputs WHERE hash = @hash
         AND NOT EXISTS (SELECT 1 FROM images WHERE input_hash = @hash)
         AND NOT EXISTS (SELECT 1 FROM images WHERE mask_hash = @hash)
         AND NOT EXISTS (SELECT 1 FROM job_items WHERE input_hash = @hash)
         AND NOT EXISTS (SELECT 1 FROM job_items WHERE mask_hash = @hash)`,
      { hash },
    )
    return changes > 0
  }
}
