/**
 * Adds, orders, pauses and ends jobs. Each change names the states it may start from; anything else is refused, so
 * that two that act at once cannot bring a job into a state that makes no sense.
 */
import { AppError } from '#shared/errors.ts'
import type { JobRequest, JobState, NewJobItem } from './job-record.ts'
import { notFound } from './not-found.ts'
import { PromptsWriter } from './prompts-writer.ts'
import { seedToColumn } from './seed-column.ts'
import type { WriteSql } from './sql.ts'

const UNFINISHED: readonly JobState[] = ['queued', 'running', 'paused']
// as the partial index jobs_pending says it
const PENDING = `('queued', 'running', 'paused')`

/** Of one job: a batch of long prompts gives one for each, and the first tell enough. */
const MAX_WARNINGS = 100
const MAX_WARNING_LENGTH = 1_000

export class JobsWriter {
  readonly #sql: WriteSql
  readonly #prompts: PromptsWriter

  constructor(sql: WriteSql) {
    this.#sql = sql
    this.#prompts = new PromptsWriter(sql)
  }

  /**
   * To the end of the queue, with all its items and their seeds. If they make images again, all of them do.
   * @returns the job's id
   */
  add(request: JobRequest, items: readonly NewJobItem[], nowMs: number): number {
    const { lastId: jobId } = this.#sql.run(
      `INSERT INTO jobs (kind, request, state, position, created_at, is_reproduction)
       VALUES (@kind, @request, 'queued', @position, @nowMs, @isReproduction)`,
      {
        kind: request.kind,
        request: JSON.stringify(request),
        position: this.#edge('max') + 1,
        nowMs,
        isReproduction: items[0]?.reproducesImageId == null ? 0 : 1,
      },
    )
    // most items of a large job share their prompts
    const promptIds = new Map<string, number>()
    const intern = (text: string): number => {
      const id = promptIds.get(text) ?? this.#prompts.intern(text)
      promptIds.set(text, id)
      return id
    }
    for (const [index, item] of items.entries()) {
      this.#sql.run(
        `INSERT INTO job_items (job_id, item_index, position, state, prompt_id, negative_prompt_id, seed,
           input_hash, mask_hash, reproduces_image_id)
         VALUES (@jobId, @index, @index, 'queued', @promptId, @negativePromptId, @seed, @inputHash, @maskHash,
           @reproducesImageId)`,
        {
          jobId,
          index,
          promptId: intern(item.prompt),
          negativePromptId: intern(item.negativePrompt),
          seed: seedToColumn(item.seed),
          inputHash: item.inputHash ?? null,
          maskHash: item.maskHash ?? null,
          reproducesImageId: item.reproducesImageId ?? null,
        },
      )
    }
    return jobId
  }

  moveToFront(id: number): void {
    this.#place(id, this.#edge('min') - 1)
  }

  /** Directly before another job that is not finished. */
  moveBefore(id: number, otherId: number): void {
    const other = this.#sql.get<{ position: number }>(
      `SELECT position FROM jobs WHERE id = @otherId AND state IN ${PENDING}`,
      { otherId },
    )
    if (other === undefined) throw notFound('unfinished job', otherId)
    this.#sql.run(
      // jobs with equal positions stand in the order of their ids
      `UPDATE jobs SET position = position + 2
       WHERE state IN ${PENDING} AND (position, id) >= (@position, @otherId)`,
      { position: other.position, otherId },
    )
    this.#place(id, other.position + 1)
  }

  moveToEnd(id: number): void {
    this.#place(id, this.#edge('max') + 1)
  }

  /** What runs is finished; nothing more of it is started. */
  pause(id: number): void {
    this.#refuseUnless(id, ['queued', 'running'])
    this.#sql.run(`UPDATE jobs SET state = 'paused' WHERE id = @id`, { id })
  }

  resume(id: number): void {
    this.#refuseUnless(id, ['paused'])
    this.#sql.run(
      `UPDATE jobs SET state = CASE
         WHEN EXISTS (SELECT 1 FROM job_items WHERE job_id = @id AND state = 'running') THEN 'running'
         ELSE 'queued' END
       WHERE id = @id`,
      { id },
    )
  }

  /** It has begun, and others run now, or nothing does. */
  rest(id: number): void {
    this.#refuseUnless(id, ['running'])
    this.#sql.run(`UPDATE jobs SET state = 'queued' WHERE id = @id`, { id })
  }

  /** Waiting items are cancelled; what runs is the caller's to stop (JobItemsWriter). */
  cancel(id: number, nowMs: number): void {
    this.#refuseUnless(id, UNFINISHED)
    this.#sql.run(`UPDATE jobs SET state = 'cancelled', finished_at = @nowMs WHERE id = @id`, { id, nowMs })
    this.#sql.run(
      `UPDATE job_items SET state = 'cancelled', finished_at = @nowMs WHERE job_id = @id AND state = 'queued'`,
      { id, nowMs },
    )
  }

  /** Keeps what the engine warned of, each text once. A job that is gone by now has nobody to be told. */
  warn(id: number, message: string): void {
    const kept = this.#sql.get<{ warnings: string | null }>('SELECT warnings FROM jobs WHERE id = @id', { id })
    const warnings = kept?.warnings == null ? [] : (JSON.parse(kept.warnings) as string[])
    const text = message.slice(0, MAX_WARNING_LENGTH)
    if (warnings.includes(text) || warnings.length === MAX_WARNINGS) return
    this.#sql.run('UPDATE jobs SET warnings = @warnings WHERE id = @id', {
      id,
      warnings: JSON.stringify([...warnings, text]),
    })
  }

  /** A finished job with its items; images stay in the history. */
  remove(id: number): void {
    this.#refuseUnless(id, ['done', 'failed', 'cancelled'])
    const prompts = this.#sql.all<{ a: number; b: number }>(
      'SELECT DISTINCT prompt_id AS a, negative_prompt_id AS b FROM job_items WHERE job_id = @id',
      { id },
    )
    this.#sql.run('DELETE FROM jobs WHERE id = @id', { id })
    this.#prompts.removeUnused(prompts.flatMap(({ a, b }) => [a, b]))
  }

  /** Position of the first or last job that is not finished. */
  #edge(which: 'min' | 'max'): number {
    const order = which === 'min' ? 'ASC' : 'DESC'
    const row = this.#sql.get<{ position: number }>(
      `SELECT position FROM jobs INDEXED BY jobs_pending WHERE state IN ${PENDING} ORDER BY position ${order} LIMIT 1`,
    )
    return row?.position ?? 0
  }

  #place(id: number, position: number): void {
    this.#refuseUnless(id, UNFINISHED)
    this.#sql.run('UPDATE jobs SET position = @position WHERE id = @id', { id, position })
  }

  #refuseUnless(id: number, states: readonly JobState[]): void {
    const job = this.#sql.get<{ state: JobState }>('SELECT state FROM jobs WHERE id = @id', { id })
    if (job === undefined) throw notFound('job', id)
    if (states.includes(job.state)) return
    throw new AppError('state-conflict', `job ${id} is ${job.state}; this needs one that is ${states.join(' or ')}`, {
      data: { what: 'job', id, state: job.state, expected: states },
    })
  }
}
