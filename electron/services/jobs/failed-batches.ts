/** Writes down what becomes of items that have no image when their batch is over, and remembers whom to suspect. */
import { AppError } from '#shared/errors.ts'
import type { JobItemRecord } from '../../db/job-record.ts'
import type { StudioDatabase, Writers } from '../../db/studio-database.ts'
import type { Reproduction } from '../reproduce/reproduction.ts'
import type { BatchEnd } from './batch-run.ts'
import { imageToMakeAgain } from './batch-request.ts'
import { judgeFailure } from './judge-failure.ts'
import type { QueueEvents } from './queue-events.ts'
import { pauseQueue } from './queue-pause.ts'
import type { Batch } from './take-batch.ts'
import { unlessDecided } from './unless-decided.ts'

/** How often the engine may go down with an item before that is set aside. */
const MAX_CRASHES = 2

/** So many of a job set aside, and no image in between: its model or settings are to blame, and the rest is not tried. */
const MAX_SET_ASIDE_IN_A_ROW = 5

/** An engine that ended so often before it could begin is not tried again by itself. */
const MAX_FAILED_STARTS = 5

export interface FailedBatchesOptions {
  db: StudioDatabase
  events: QueueEvents
  reproduction: Pick<Reproduction, 'fail'>
}

export class FailedBatches {
  readonly #options: FailedBatchesOptions
  /** Ids of items whose batch failed; which of them is to blame shows when they run alone. */
  readonly #suspects = new Set<number>()
  #setAside = { jobId: 0, count: 0 }
  /** In a row. */
  #failedStarts = 0

  constructor(options: FailedBatchesOptions) {
    this.#options = options
  }

  /** What has failed before does, and what makes an image again: each of these has settings of its own. */
  runsAlone({ id, reproducesImageId, crashCount, error }: JobItemRecord): boolean {
    // a waiting item with an error had to begin again for it
    return reproducesImageId !== null || crashCount > 0 || error !== null || this.#suspects.has(id)
  }

  /** Its image is kept. */
  acquit({ id, jobId }: JobItemRecord): void {
    this.#suspects.delete(id)
    this.#failedStarts = 0
    if (this.#setAside.jobId === jobId) this.#setAside.count = 0
  }

  /**
   * @param durationMs of the batch
   * @throws {AppError} what the engine ended with, if it is nobody's fault: the items wait again
   */
  settle(batch: Batch, end: BatchEnd, durationMs: number): void {
    for (const [item, error] of end.refused) this.#fail(batch, [item], error, durationMs)
    if (end.keepError !== undefined) this.#putBack(batch, end.left, end.keepError)
    else if (end.left.length === 0) return
    else if (end.wasStopped) this.#putBack(batch, end.left)
    else this.#judge(batch, end, durationMs)
  }

  #judge(batch: Batch, { left, engineError }: BatchEnd, durationMs: number): void {
    const { job } = batch
    const error = engineError ?? new AppError('internal', 'the engine ended without an error and without this image')
    const consequence = judgeFailure(error, {
      itemCount: batch.items.length,
      haveInputs: job.request.kind !== 'text-to-image',
      isReproduction: job.isReproduction,
    })
    this.#failedStarts = consequence === 'never-started' ? this.#failedStarts + 1 : 0
    switch (consequence) {
      case 'crash':
        this.#crash(batch, left, error)
        break
      case 'never-started':
        // whoever starts the engine lets time pass in between
        this.#putBack(batch, left, this.#failedStarts % MAX_FAILED_STARTS === 0 ? error : undefined)
        break
      case 'one-at-a-time':
        for (const { id } of left) this.#suspects.add(id)
        this.#putBack(batch, left)
        break
      case 'fail':
        this.#fail(batch, left, error, durationMs)
        break
      case 'fail-job':
        this.#fail(batch, left, error, durationMs)
        this.#failWaiting(job.id, error)
        break
      case 'pause':
        this.#putBack(batch, left, error)
        break
      case 'again':
        this.#putBack(batch, left)
        throw error
    }
  }

  /** @param pauseReason the queue pauses with it, if there is one */
  #putBack(batch: Batch, items: readonly JobItemRecord[], pauseReason?: AppError): void {
    this.#change(batch, items, (write, ours) => {
      for (const { id } of ours) write.jobItems.putBack(id)
      if (pauseReason !== undefined) pauseQueue(write, pauseReason.toWire(), Date.now())
    })
    if (pauseReason !== undefined) this.#options.events.queue()
  }

  #crash(batch: Batch, items: readonly JobItemRecord[], error: AppError): void {
    const jobId = batch.job.id
    let setAside = 0
    this.#change(batch, items, (write, ours) => {
      for (const { id } of ours) {
        if (write.jobItems.recordCrash(id, error.toWire(), MAX_CRASHES, Date.now()) === 'set-aside') setAside++
      }
    })
    const before = this.#setAside.jobId === jobId ? this.#setAside.count : 0
    this.#setAside = { jobId, count: before + setAside }
    // what is made again has models and settings of its own, item by item
    if (this.#setAside.count < MAX_SET_ASIDE_IN_A_ROW || batch.job.isReproduction) return
    this.#setAside.count = 0
    this.#failWaiting(jobId, error)
  }

  #fail(batch: Batch, items: readonly JobItemRecord[], error: AppError, durationMs: number): void {
    for (const { id } of items) this.#suspects.delete(id)
    if (batch.job.isReproduction && items.every((item) => this.#failWithVerdict(item, error, durationMs))) return
    this.#change(batch, items, (write, ours) => {
      for (const { id } of ours) write.jobItems.fail(id, error.toWire(), Date.now())
    })
  }

  /** @returns false if that cannot be: the image is gone, say */
  #failWithVerdict(item: JobItemRecord, error: AppError, durationMs: number): boolean {
    if (!this.#isOurs(item)) return true
    try {
      this.#options.reproduction.fail(imageToMakeAgain(item), error, durationMs, (write, verdictId) => {
        unlessDecided(() => {
          write.jobItems.finishWithVerdict(item.id, verdictId, Date.now())
        })
      })
    } catch {
      return false
    }
    this.#options.events.items(item.jobId, [item.id])
    return true
  }

  #failWaiting(jobId: number, error: AppError): void {
    const { db, events } = this.#options
    const waiting = db.transaction((write) => {
      const ids = db.read.jobItems.idsIn(jobId, 'queued')
      write.jobItems.failWaiting(jobId, error.toWire(), Date.now())
      return ids
    })
    events.items(jobId, waiting)
  }

  /** @param change gets those that nobody else has decided over meanwhile */
  #change(
    { job }: Batch,
    items: readonly JobItemRecord[],
    change: (write: Writers, ours: readonly JobItemRecord[]) => void,
  ): void {
    const { db, events } = this.#options
    const ours = db.transaction((write) => {
      const found = items.filter((item) => this.#isOurs(item))
      change(write, found)
      return found
    })
    events.items(
      job.id,
      ours.map(({ id }) => id),
    )
  }

  #isOurs({ id }: JobItemRecord): boolean {
    return this.#options.db.read.jobItems.findById(id)?.state === 'running'
  }
}
