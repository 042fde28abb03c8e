/** What came of making an image again. */
import { EnvironmentsWriter, type Environment } from './environments-writer.ts'
import type { VerdictRecord } from './verdicts-reader.ts'
import type { WriteSql } from './sql.ts'

type Facts = Pick<VerdictRecord, 'psnrDb' | 'fileState'>

export type NewVerdict = Omit<VerdictRecord, 'id' | keyof Facts> &
  Partial<Facts> & {
    /** What it was made in this time; none if it failed before that was known. */
    readonly environment?: Environment
  }

export class VerdictsWriter {
  readonly #sql: WriteSql
  readonly #environments: EnvironmentsWriter

  constructor(sql: WriteSql) {
    this.#sql = sql
    this.#environments = new EnvironmentsWriter(sql)
  }

  /** @returns the verdict's id */
  add({ environment, ...verdict }: NewVerdict): number {
    return this.#sql.run(
      `INSERT INTO verdicts (image_id, created_at, outcome, pixel_hash, differing_pixels, max_difference,
         mean_difference, psnr_db, file_state, difference_file_name, environment_id, duration_ms, message)
       VALUES (@imageId, @createdAtMs, @outcome, @pixelHash, @differingPixels, @maxDifference,
         @meanDifference, @psnrDb, @fileState, @differenceFileName, @environmentId, @durationMs, @message)`,
      {
        psnrDb: null,
        fileState: null,
        ...verdict,
        durationMs: Math.round(verdict.durationMs),
        environmentId: environment === undefined ? null : this.#environments.intern(environment),
      },
    ).lastId
  }
}
