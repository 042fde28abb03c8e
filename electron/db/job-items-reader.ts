/** The items of jobs: one image each. */
import type { WireError } from '#shared/errors.ts'
import type { JobItemRecord, JobItemState } from './job-record.ts'
import { notFound } from './not-found.ts'
import { seedFromColumn } from './seed-column.ts'
import type { ReadSql } from './sql.ts'

interface ItemRow extends Omit<JobItemRecord, 'seed' | 'error' | 'inputHash' | 'maskHash'> {
  seed: string
  error: string | null
  inputHash: string | null
  maskHash: string | null
}

const SELECT = `SELECT t.id, t.job_id AS jobId, t.item_index AS itemIndex, t.state, p.text AS prompt,
  n.text AS negativePrompt, t.seed, t.input_hash AS inputHash, t.mask_hash AS maskHash, t.attempts,
  t.crash_count AS crashCount, t.error, t.started_at AS startedAtMs, t.finished_at AS finishedAtMs, t.image_id AS imageId,
  t.reproduces_image_id AS reproducesImageId, t.verdict_id AS verdictId
  FROM job_items t JOIN prompts p ON p.id = t.prompt_id JOIN prompts n ON n.id = t.negative_prompt_id`

export class JobItemsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  findById(id: number): JobItemRecord | undefined {
    const row = this.#sql.get<ItemRow>(`${SELECT} WHERE t.id = @id`, { id })
    return row && itemFromRow(row)
  }

  /** @throws {AppError} `not-found` */
  get(id: number): JobItemRecord {
    const item = this.findById(id)
    if (item === undefined) throw notFound('item', id)
    return item
  }

  /** Ids of a job's items that are in this state, in their order. */
  idsIn(jobId: number, state: JobItemState): number[] {
    return this.#sql
      .all<{ id: number }>('SELECT id FROM job_items WHERE job_id = @jobId AND state = @state ORDER BY position, id', {
        jobId,
        state,
      })
      .map(({ id }) => id)
  }

  /** By its place in its job. */
  findInJob(jobId: number, itemIndex: number): JobItemRecord | undefined {
    const row = this.#sql.get<ItemRow>(`${SELECT} WHERE t.job_id = @jobId AND t.item_index = @itemIndex`, {
      jobId,
      itemIndex,
    })
    return row && itemFromRow(row)
  }

  /** Different pairs of prompt and negative prompt. */
  promptCountOf(jobId: number): number {
    const found = this.#sql.get<{ count: number }>(
      `SELECT count(*) AS count FROM
        (SELECT DISTINCT prompt_id, negative_prompt_id FROM job_items WHERE job_id = @jobId)`,
      { jobId },
    )
    return found?.count ?? 0
  }

  /** Ids of the first images that were made, or made again. */
  firstImagesOf(jobId: number, limit: number): number[] {
    return this.#sql
      .all<{ id: number }>(
        `SELECT coalesce(image_id, reproduces_image_id) AS id FROM job_items
          WHERE job_id = @jobId AND state = 'done' AND coalesce(image_id, reproduces_image_id) IS NOT NULL
          ORDER BY position, id LIMIT @limit`,
        { jobId, limit },
      )
      .map(({ id }) => id)
  }

  /** As the request had them; from an index on, to page through large jobs. */
  ofJob(jobId: number, limit: number, fromIndex = 0): JobItemRecord[] {
    return this.#sql
      .all<ItemRow>(
        `${SELECT} WHERE t.job_id = @jobId AND t.item_index >= @fromIndex ORDER BY t.item_index LIMIT @limit`,
        { jobId, fromIndex, limit },
      )
      .map(itemFromRow)
  }

  /** Failed or set aside, the first of them; each state by its index, so that a large job is not looked through. */
  failedOfJob(jobId: number, limit: number): JobItemRecord[] {
    const inState = (state: JobItemState): JobItemRecord[] =>
      this.#sql
        .all<ItemRow>(`${SELECT} WHERE t.job_id = @jobId AND t.state = @state ORDER BY t.position, t.id LIMIT @limit`, {
          jobId,
          state,
          limit,
        })
        .map(itemFromRow)
    return [...inState('failed'), ...inState('set-aside')].slice(0, limit)
  }

  /**
   * What runs next: waiting items of the first job that has any and is not paused, in their order.
   * @param limit as many as one batch takes; all are of the same job
   */
  next(limit: number): JobItemRecord[] {
    const job = this.#sql.get<{ id: number }>(
      `SELECT j.id FROM jobs j INDEXED BY jobs_pending
       WHERE j.state IN ('queued', 'running', 'paused') AND j.state <> 'paused'
         AND EXISTS (SELECT 1 FROM job_items WHERE job_id = j.id AND state = 'queued')
       ORDER BY j.position, j.id LIMIT 1`,
    )
    if (job === undefined) return []
    return this.#sql
      .all<ItemRow>(`${SELECT} WHERE t.job_id = @jobId AND t.state = 'queued' ORDER BY t.position, t.id LIMIT @limit`, {
        jobId: job.id,
        limit,
      })
      .map(itemFromRow)
  }

  /** Started and not finished: in a queue at rest, what a crash interrupted. */
  running(): JobItemRecord[] {
    return this.#sql.all<ItemRow>(`${SELECT} WHERE t.state = 'running' ORDER BY t.id`).map(itemFromRow)
  }
}

function itemFromRow({ inputHash, maskHash, ...row }: ItemRow): JobItemRecord {
  return {
    ...row,
    seed: seedFromColumn(row.seed),
    error: row.error === null ? null : (JSON.parse(row.error) as WireError),
    ...(inputHash !== null && { inputHash }),
    ...(maskHash !== null && { maskHash }),
  }
}
