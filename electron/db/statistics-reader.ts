/**
 * What the whole history adds up to, without the trash. Every image is looked at, so each question takes the quickest
 * way there is for a hundred thousand (test/bench/history-bench.ts): names of closed lists are counted in one walk
 * through the table, in the order it lies on disk, because grouping sorts all rows first; models, of which there are
 * few, in their index.
 */
import { GENERATION_KINDS, SCHEDULERS, type SchedulerName } from '#shared/names.ts'
import type { ImageRecord } from '#shared/history.ts'
import type { ReadSql } from './sql.ts'
import type { VerdictRecord } from './verdicts-reader.ts'

type Kind = (typeof GENERATION_KINDS)[number]

export interface HistoryTotals {
  readonly imageCount: number
  readonly favouriteCount: number
  readonly fileSizeBytes: number
  /** Computing them took, as far as that is known. */
  readonly durationMs: number
  /** Null: there are no images. */
  readonly firstId: number | null
  readonly lastId: number | null
  readonly schedulers: Record<SchedulerName, number>
  readonly kinds: Record<Kind, number>
}

type TotalsRow = Omit<HistoryTotals, 'schedulers' | 'kinds'> & Record<SchedulerName | Kind, number>

const countOf = (column: string, names: readonly string[]): string =>
  names.map((name) => `, count(*) FILTER (WHERE ${column} = '${name}') AS "${name}"`).join('')

const TOTALS = `SELECT count(*) AS imageCount, coalesce(sum(favourite), 0) AS favouriteCount,
    coalesce(sum(file_size_bytes), 0) AS fileSizeBytes, coalesce(sum(duration_ms), 0) AS durationMs,
    min(id) AS firstId, max(id) AS lastId${countOf('scheduler', SCHEDULERS)}${countOf('kind', GENERATION_KINDS)}
  FROM images NOT INDEXED WHERE is_trashed = 0`

export class StatisticsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  totals(): HistoryTotals {
    const row = this.#sql.get<TotalsRow>(TOTALS)!
    const { imageCount, favouriteCount, fileSizeBytes, durationMs, firstId, lastId } = row
    const pick = <Name extends SchedulerName | Kind>(names: readonly Name[]): Record<Name, number> =>
      Object.fromEntries(names.map((name) => [name, row[name]])) as Record<Name, number>
    return {
      ...{ imageCount, favouriteCount, fileSizeBytes, durationMs, firstId, lastId },
      schedulers: pick(SCHEDULERS),
      kinds: pick(GENERATION_KINDS),
    }
  }

  sizes(): { widthPx: number; heightPx: number; imageCount: number }[] {
    return this.#sql.all(
      `SELECT width_px AS widthPx, height_px AS heightPx, count(*) AS imageCount
       FROM images INDEXED BY images_by_time WHERE is_trashed = 0 GROUP BY width_px, height_px`,
    )
  }

  /** Of those that were not made here, which are few in most histories: only they are grouped. */
  foreignOrigins(): { origin: Exclude<ImageRecord['origin'], 'reprise'>; imageCount: number }[] {
    return this.#sql.all(
      `SELECT origin, count(*) AS imageCount FROM images INDEXED BY images_by_time
       WHERE is_trashed = 0 AND origin <> 'reprise' GROUP BY origin`,
    )
  }

  /** One for each hash and name, of other programs' images often without a hash; some may have no images any more. */
  models(): { modelHash: string | null; modelName: string; imageCount: number }[] {
    return this.#sql.all(
      `WITH
         made AS (
           SELECT environment_id, count(*) AS count FROM images INDEXED BY images_by_environment GROUP BY environment_id
         ),
         trashed AS (
           SELECT environment_id, count(*) AS count FROM images INDEXED BY images_by_time
           WHERE is_trashed = 1 GROUP BY environment_id
         )
       SELECT model_hash AS modelHash, model_name AS modelName,
         sum(made.count - coalesce(trashed.count, 0)) AS imageCount
       FROM environments
         JOIN made ON made.environment_id = environments.id
         LEFT JOIN trashed ON trashed.environment_id = environments.id
       GROUP BY model_hash, model_name`,
    )
  }

  trashedCount(): number {
    return this.#sql.get<{ count: number }>(
      'SELECT count(*) AS count FROM images INDEXED BY images_by_time WHERE is_trashed = 1',
    )!.count
  }

  /** On all images, trash included. */
  verdicts(): { outcome: VerdictRecord['outcome']; count: number }[] {
    return this.#sql.all('SELECT outcome, count(*) AS count FROM verdicts GROUP BY outcome')
  }
}
