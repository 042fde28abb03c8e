/**
 * Takes items through their states. An image's row and its item's `done` belong into one transaction: after a
 * crash an item either has its image or runs again, never both and never neither.
 */
import { AppError, type WireError } from '#shared/errors.ts'
import { stringifyExact } from '#shared/exact-json.ts'
import type { JobItemState } from './job-record.ts'
import { notFound } from './not-found.ts'
import type { WriteSql } from './sql.ts'

const RETRY = `UPDATE job_items SET state = 'queued', crash_count = 0, error = NULL, started_at = NULL,
  finished_at = NULL`

export class JobItemsWriter {
  readonly #sql: WriteSql

  constructor(sql: WriteSql) {
    this.#sql = sql
  }

  start(id: number, nowMs: number): void {
    const jobId = this.#refuseUnless(id, ['queued'])
    this.#sql.run(
      `UPDATE job_items SET state = 'running', attempts = attempts + 1, started_at = @nowMs, finished_at = NULL
       WHERE id = @id`,
      { id, nowMs },
    )
    this.#sql.run(
      `UPDATE jobs SET state = 'running', started_at = coalesce(started_at, @nowMs) WHERE id = @jobId AND state = 'queued'`,
      { jobId, nowMs },
    )
  }

  /** The image's row is added in the same transaction. An item that was just put back is done all the same. */
  finish(id: number, imageId: number, nowMs: number): void {
    const jobId = this.#refuseUnless(id, ['running', 'queued'])
    this.#sql.run(
      `UPDATE job_items SET state = 'done', image_id = @imageId, error = NULL, finished_at = @nowMs WHERE id = @id`,
      { id, imageId, nowMs },
    )
    this.#settle(jobId, nowMs)
  }

  /** Of a reproduction; the verdict's row is added in the same transaction. */
  finishWithVerdict(id: number, verdictId: number, nowMs: number): void {
    const jobId = this.#refuseUnless(id, ['running', 'queued'])
    this.#sql.run(
      `UPDATE job_items SET state = 'done', verdict_id = @verdictId, error = NULL, finished_at = @nowMs WHERE id = @id`,
      { id, verdictId, nowMs },
    )
    this.#settle(jobId, nowMs)
  }

  fail(id: number, error: WireError, nowMs: number): void {
    this.#end(id, ['running'], 'failed', error, nowMs)
  }

  /** All of a job that waits, for what is wrong with each of them alike. */
  failWaiting(jobId: number, error: WireError, nowMs: number): void {
    this.#sql.run(
      `UPDATE job_items SET state = 'failed', error = @error, finished_at = @nowMs
       WHERE job_id = @jobId AND state = 'queued'`,
      { jobId, error: stringifyExact(error), nowMs },
    )
    this.#settle(jobId, nowMs)
  }

  cancel(id: number, nowMs: number): void {
    this.#end(id, ['queued', 'running'], 'cancelled', null, nowMs)
  }

  /**
   * Stopped for no fault of its own (a pause, an end of the program): waits again at its place.
   * @param reason kept with it, if there is one to tell
   */
  putBack(id: number, reason: WireError | null = null): void {
    this.#refuseUnless(id, ['running'])
    this.#sql.run(`UPDATE job_items SET state = 'queued', started_at = NULL, error = @reason WHERE id = @id`, {
      id,
      reason: reason === null ? null : stringifyExact(reason),
    })
  }

  /**
   * The engine died while this item ran. It waits again, until it has done so `limit` times: then it is set aside
   * with the reason, and the queue goes on without it.
   * @returns the state it is in now
   */
  recordCrash(id: number, error: WireError, limit: number, nowMs: number): 'queued' | 'set-aside' {
    const jobId = this.#refuseUnless(id, ['running'])
    this.#sql.run(
      `UPDATE job_items SET crash_count = crash_count + 1, error = @error, started_at = NULL, state = 'queued'
       WHERE id = @id`,
      { id, error: stringifyExact(error) },
    )
    const { changes } = this.#sql.run(
      `UPDATE job_items SET state = 'set-aside', finished_at = @nowMs WHERE id = @id AND crash_count >= @limit`,
      { id, limit, nowMs },
    )
    if (changes > 0) this.#settle(jobId, nowMs)
    return changes > 0 ? 'set-aside' : 'queued'
  }

  /** Runs again what failed, was cancelled or set aside, with the seed it had; a finished job is in the queue again. */
  retry(id: number): void {
    const jobId = this.#refuseUnless(id, ['failed', 'cancelled', 'set-aside'])
    this.#sql.run(`${RETRY} WHERE id = @id`, { id })
    this.#requeue(jobId)
  }

  /** The same for all of a job's. @returns how many run again */
  retryAll(jobId: number): number {
    const { changes } = this.#sql.run(
      `${RETRY} WHERE job_id = @jobId AND state IN ('failed', 'cancelled', 'set-aside')`,
      { jobId },
    )
    if (changes > 0) this.#requeue(jobId)
    return changes
  }

  /** Among the items of its job: directly before another one. */
  moveBefore(id: number, otherId: number): void {
    const jobId = this.#refuseUnless(id, ['queued'])
    const other = this.#sql.get<{ position: number }>(
      'SELECT position FROM job_items WHERE id = @otherId AND job_id = @jobId',
      { otherId, jobId },
    )
    if (other === undefined) throw notFound('item of the same job', otherId)
    this.#sql.run(
      `UPDATE job_items SET position = position + 2
       WHERE job_id = @jobId AND (position, id) >= (@position, @otherId)`,
      { jobId, position: other.position, otherId },
    )
    this.#sql.run('UPDATE job_items SET position = @position WHERE id = @id', { id, position: other.position + 1 })
  }

  #end(id: number, from: readonly JobItemState[], state: JobItemState, error: WireError | null, nowMs: number): void {
    const jobId = this.#refuseUnless(id, from)
    this.#sql.run('UPDATE job_items SET state = @state, error = @error, finished_at = @nowMs WHERE id = @id', {
      id,
      state,
      error: error === null ? null : stringifyExact(error),
      nowMs,
    })
    this.#settle(jobId, nowMs)
  }

  /** A finished job goes to the end of the queue. */
  #requeue(jobId: number): void {
    this.#sql.run(
      `UPDATE jobs SET state = 'queued', finished_at = NULL,
         position = coalesce((SELECT max(position) + 1 FROM jobs INDEXED BY jobs_pending
           WHERE state IN ('queued', 'running', 'paused')), 0)
       WHERE id = @jobId AND state IN ('done', 'failed', 'cancelled')`,
      { jobId },
    )
  }

  /** A job ends with its last item. */
  #settle(jobId: number, nowMs: number): void {
    this.#sql.run(
      `UPDATE jobs SET finished_at = @nowMs, state = CASE
           WHEN EXISTS (SELECT 1 FROM job_items WHERE job_id = @jobId AND state IN ('failed', 'set-aside')) THEN 'failed'
           WHEN EXISTS (SELECT 1 FROM job_items WHERE job_id = @jobId AND state = 'done') THEN 'done'
           ELSE 'cancelled' END
       WHERE id = @jobId AND state IN ('queued', 'running', 'paused')
         AND NOT EXISTS (SELECT 1 FROM job_items WHERE job_id = @jobId AND state IN ('queued', 'running'))`,
      { jobId, nowMs },
    )
  }

  /** @returns the job's id */
  #refuseUnless(id: number, states: readonly JobItemState[]): number {
    const item = this.#sql.get<{ jobId: number; state: JobItemState }>(
      'SELECT job_id AS jobId, state FROM job_items WHERE id = @id',
      { id },
    )
    if (item === undefined) throw notFound('item', id)
    if (states.includes(item.state)) return item.jobId
    throw new AppError('state-conflict', `item ${id} is ${item.state}; this needs one that is ${states.join(' or ')}`, {
      data: { what: 'item', id, state: item.state, expected: states },
    })
  }
}
