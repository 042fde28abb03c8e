/** Verdicts of Reproduce, image by image. */
import type { FileState } from '#shared/contract/reproduce.ts'
import { idList } from './known-images.ts'
import { notFound } from './not-found.ts'
import type { ReadSql } from './sql.ts'

export interface VerdictRecord {
  readonly id: number
  readonly imageId: number
  readonly createdAtMs: number
  readonly outcome: 'bit-exact' | 'different' | 'failed'
  /** Of the image made this time; null if there was none. */
  readonly pixelHash: string | null
  /** Pixels that differ; the largest and the mean difference of a channel, in steps of 255. */
  readonly differingPixels: number | null
  readonly maxDifference: number | null
  readonly meanDifference: number | null
  /** Peak signal-to-noise ratio, decibels. */
  readonly psnrDb: number | null
  /** What was in the image's file when it was judged, or was put there; null if nobody looked. */
  readonly fileState: FileState | null
  /** Relative to the data folder. */
  readonly differenceFileName: string | null
  readonly durationMs: number
  /** What was different in the environment, or why it failed. */
  readonly message: string | null
}

const SELECT = `SELECT id, image_id AS imageId, created_at AS createdAtMs, outcome, pixel_hash AS pixelHash,
  differing_pixels AS differingPixels, max_difference AS maxDifference, mean_difference AS meanDifference,
  psnr_db AS psnrDb, file_state AS fileState, difference_file_name AS differenceFileName, duration_ms AS durationMs, message FROM verdicts`

export class VerdictsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  /** @throws {AppError} `not-found` */
  get(id: number): VerdictRecord {
    const verdict = this.#sql.get<VerdictRecord>(`${SELECT} WHERE id = @id`, { id })
    if (verdict === undefined) throw notFound('verdict', id)
    return verdict
  }

  /** The latest first. */
  ofImage(imageId: number): VerdictRecord[] {
    return this.#sql.all<VerdictRecord>(`${SELECT} WHERE image_id = @imageId ORDER BY id DESC`, { imageId })
  }

  hasDifferenceFile(fileName: string): boolean {
    return this.#sql.get('SELECT 1 FROM verdicts WHERE difference_file_name = @fileName', { fileName }) !== undefined
  }

  /** Difference pictures of these images' verdicts, relative to the data folder. */
  differenceFilesOf(imageIds: readonly number[]): string[] {
    return this.#sql
      .all<{ fileName: string }>(
        `SELECT difference_file_name AS fileName FROM verdicts
         WHERE image_id IN (SELECT value FROM json_each(@imageIds)) AND difference_file_name IS NOT NULL`,
        { imageIds: idList(imageIds) },
      )
      .map(({ fileName }) => fileName)
  }
}
