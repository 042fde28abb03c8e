/** The queue's jobs. */
import { notFound } from './not-found.ts'
import type { JobItemState, JobRecord, JobRequest } from './job-record.ts'
import type { ReadSql } from './sql.ts'

interface JobRow extends Omit<JobRecord, 'request' | 'isReproduction' | 'itemCounts' | 'warnings'> {
  request: string
  warnings: string | null
  isReproduction: number
}

const SELECT = `SELECT id, request, state, is_reproduction AS isReproduction, created_at AS createdAtMs, started_at AS startedAtMs,
  finished_at AS finishedAtMs, warnings FROM jobs`

export class JobsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  find(id: number): JobRecord | undefined {
    const row = this.#sql.get<JobRow>(`${SELECT} WHERE id = @id`, { id })
    return row && this.#record(row)
  }

  /** @throws {AppError} `not-found` */
  get(id: number): JobRecord {
    const job = this.find(id)
    if (job === undefined) throw notFound('job', id)
    return job
  }

  /** Ids of those that are in state `running`. */
  running(): number[] {
    return this.#sql.all<{ id: number }>(`SELECT id FROM jobs WHERE state = 'running' ORDER BY id`).map(({ id }) => id)
  }

  /** All that are not finished, in the order they will run; paused ones at their place. */
  pending(): JobRecord[] {
    return this.#sql
      .all<JobRow>(
        `${SELECT} INDEXED BY jobs_pending WHERE state IN ('queued', 'running', 'paused') ORDER BY position, id`,
      )
      .map((row) => this.#record(row))
  }

  /** Finished ones, the latest first, before this id; none: from the latest. */
  finished(limit: number, beforeId = Number.MAX_SAFE_INTEGER): JobRecord[] {
    return this.#sql
      .all<JobRow>(
        `${SELECT} WHERE id < @beforeId AND state IN ('done', 'failed', 'cancelled') ORDER BY id DESC LIMIT @limit`,
        { beforeId, limit },
      )
      .map((row) => this.#record(row))
  }

  #record(row: JobRow): JobRecord {
    const counts = this.#sql.all<{ state: JobItemState; count: number }>(
      'SELECT state, count(*) AS count FROM job_items WHERE job_id = @id GROUP BY state',
      { id: row.id },
    )
    return {
      ...row,
      request: JSON.parse(row.request) as JobRequest,
      isReproduction: row.isReproduction === 1,
      warnings: row.warnings === null ? [] : (JSON.parse(row.warnings) as string[]),
      itemCounts: Object.fromEntries(counts.map(({ state, count }) => [state, count])),
    }
  }
}
