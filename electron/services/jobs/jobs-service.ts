/**
 * Commands on the queue. They change rows and tell what changed: whoever runs the queue (QueueRunner), in this
 * process or another, finds that what it has in hand is no longer `running`, and stops it.
 */
import { randomSeeds } from '#shared/batch.ts'
import type { ItemView, JobProgress, JobView, NewJob, QueueState } from '#shared/contract/jobs.ts'
import { AppError } from '#shared/errors.ts'
import { requireSizeMultiple } from '#shared/image-size.ts'
import type { StudioDatabase, Writers } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { InputStore } from '../images/input-store.ts'
import type { ModelsService } from '../models/models-service.ts'
import { itemView, jobView } from './job-views.ts'
import { newJob } from './new-job.ts'
import { QueueEvents } from './queue-events.ts'
import { pauseQueue, readQueuePause, resumeQueue } from './queue-pause.ts'

export interface JobsServiceOptions {
  db: StudioDatabase
  bus: EventBus
  models: Pick<ModelsService, 'folderOf'>
  inputs: Pick<InputStore, 'get'>
}

export class JobsService {
  readonly #db: StudioDatabase
  readonly #events: QueueEvents
  readonly #models: JobsServiceOptions['models']
  readonly #inputs: JobsServiceOptions['inputs']
  #lastProgress: JobProgress | null = null

  constructor({ db, bus, models, inputs }: JobsServiceOptions) {
    this.#db = db
    this.#events = new QueueEvents({ db, bus })
    this.#models = models
    this.#inputs = inputs
    bus.listen((event) => {
      if (event.name === 'job.progress') this.#lastProgress = event.payload
    })
  }

  /** @throws {AppError} `invalid-argument`, `size-not-divisible`, `not-found` (model or input), `model-not-found` */
  add(job: NewJob): JobView {
    return this.addAll([job])[0]
  }

  /** In their order; all of them, or none if one is refused. @throws {AppError} as `add` */
  addAll(jobs: readonly NewJob[]): JobView[] {
    for (const hash of new Set(jobs.flatMap(({ items }) => items.map(({ inputHash }) => inputHash)))) {
      if (hash !== undefined) this.#inputs.get(hash)
    }
    const complete = jobs.map((job) => {
      const { dir, model } = this.#models.folderOf(job.modelId)
      if (model.sizeMultiplePx !== null) requireSizeMultiple(job.settings, model.sizeMultiplePx)
      return newJob(job, dir)
    })
    const ids = this.#db.transaction((write) => {
      const added = complete.map(({ request, items }) => write.jobs.add(request, items, Date.now()))
      // the last first, so that the first is before it in the end
      for (const id of added.filter((_, index) => jobs[index].front).toReversed()) write.jobs.moveToFront(id)
      return added
    })
    for (const id of ids) this.#events.job(id)
    return ids.map((id) => this.get(id))
  }

  /** @throws {AppError} `not-found` */
  get(id: number): JobView {
    return jobView(this.#db.read, this.#db.read.jobs.get(id))
  }

  /** In the order they will run. */
  pending(): JobView[] {
    return this.#db.read.jobs.pending().map((job) => jobView(this.#db.read, job))
  }

  /** The latest first. */
  finished(limit: number, beforeId?: number): JobView[] {
    return this.#db.read.jobs.finished(limit, beforeId).map((job) => jobView(this.#db.read, job))
  }

  /** @throws {AppError} `not-found` */
  items(jobId: number, fromIndex: number, limit: number): ItemView[] {
    const { id } = this.#db.read.jobs.get(jobId)
    return this.#db.read.jobItems.ofJob(id, limit, fromIndex).map(itemView)
  }

  /** Those that failed or were set aside. @throws {AppError} `not-found` */
  failures(jobId: number, limit: number): ItemView[] {
    const { id } = this.#db.read.jobs.get(jobId)
    return this.#db.read.jobItems.failedOfJob(id, limit).map(itemView)
  }

  moveToFront(id: number): void {
    this.#changeJob(id, (write) => {
      write.jobs.moveToFront(id)
    })
  }

  moveToEnd(id: number): void {
    this.#changeJob(id, (write) => {
      write.jobs.moveToEnd(id)
    })
  }

  moveBefore(id: number, otherId: number): void {
    this.#changeJob(id, (write) => {
      write.jobs.moveBefore(id, otherId)
    })
  }

  moveItemBefore(itemId: number, otherItemId: number): void {
    this.#changeItem(itemId, (write) => {
      write.jobItems.moveBefore(itemId, otherItemId)
    })
  }

  /** @param now stops what runs of it, which begins again later; also if it is paused already */
  pause(id: number, now: boolean): void {
    this.#changeItems(id, (write) => {
      const isPaused = this.#db.read.jobs.get(id).state === 'paused'
      if (!now || !isPaused) write.jobs.pause(id)
      const running = now ? this.#db.read.jobItems.idsIn(id, 'running') : []
      for (const itemId of running) write.jobItems.putBack(itemId)
      return running
    })
  }

  resume(id: number): void {
    this.#changeJob(id, (write) => {
      write.jobs.resume(id)
    })
  }

  /** What runs of it is stopped. */
  cancel(id: number): void {
    this.#changeItems(id, (write) => {
      const [queued, running] = (['queued', 'running'] as const).map((state) => this.#db.read.jobItems.idsIn(id, state))
      const nowMs = Date.now()
      write.jobs.cancel(id, nowMs)
      for (const itemId of running) write.jobItems.cancel(itemId, nowMs)
      return [...running, ...queued]
    })
  }

  cancelItem(itemId: number): void {
    this.#changeItem(itemId, (write) => {
      write.jobItems.cancel(itemId, Date.now())
    })
  }

  /** @returns how many items run again. @throws {AppError} `not-found` */
  retry(id: number): number {
    const { read } = this.#db
    return this.#changeItems(id, (write) => {
      const { id: jobId } = read.jobs.get(id)
      const ids = (['failed', 'cancelled', 'set-aside'] as const).flatMap((state) => read.jobItems.idsIn(jobId, state))
      write.jobItems.retryAll(jobId)
      return ids
    }).length
  }

  retryItem(itemId: number): void {
    this.#changeItem(itemId, (write) => {
      write.jobItems.retry(itemId)
    })
  }

  /** @throws {AppError} `not-found`; `invalid-argument` for other seeds in what makes images again */
  duplicate(id: number, newSeeds: boolean): JobView {
    const job = this.#db.read.jobs.get(id)
    if (job.isReproduction && newSeeds) {
      throw new AppError('invalid-argument', `job ${id} makes images again, which needs the seeds they had`)
    }
    // an image that was deleted for good cannot be made again
    const items = this.#db.read.jobItems
      .ofJob(id, Number.MAX_SAFE_INTEGER)
      .filter((item) => !job.isReproduction || item.reproducesImageId !== null)
    if (items.length === 0) throw new AppError('not-found', `the images that job ${id} made again were deleted`)
    const seeds = newSeeds ? randomSeeds(items.length) : items.map(({ seed }) => seed)
    const copies = items.map((item, index) => ({ ...item, seed: seeds[index] }))
    const newId = this.#db.transaction((write) => write.jobs.add(job.request, copies, Date.now()))
    this.#events.job(newId)
    return this.get(newId)
  }

  /** A finished job; its images stay. @throws {AppError} `not-found`, `state-conflict` */
  remove(id: number): void {
    this.#db.transaction((write) => {
      write.jobs.remove(id)
    })
    this.#events.removed(id)
  }

  /** How far the work is, only the process that does it knows. */
  queueState(): QueueState {
    const last = this.#lastProgress
    const isRunning = last !== null && this.#db.read.jobItems.idsIn(last.jobId, 'running').length > 0
    return { ...readQueuePause(this.#db.read), progress: isRunning ? last : null }
  }

  /** @param now stops what runs, which begins again when the queue goes on */
  pauseQueue(now: boolean): void {
    const stopped = this.#db.transaction((write) => {
      pauseQueue(write, null, Date.now())
      const running = now ? this.#db.read.jobItems.running() : []
      for (const { id } of running) write.jobItems.putBack(id)
      return running
    })
    this.#events.queue()
    for (const [jobId, items] of Map.groupBy(stopped, (item) => item.jobId)) {
      this.#events.items(
        jobId,
        items.map(({ id }) => id),
      )
    }
  }

  resumeQueue(): void {
    this.#db.transaction(resumeQueue)
    this.#events.queue()
  }

  #changeJob(id: number, change: (write: Writers) => void): void {
    this.#db.transaction(change)
    this.#events.job(id)
  }

  #changeItem(itemId: number, change: (write: Writers) => void): void {
    const { jobId } = this.#db.read.jobItems.get(itemId)
    this.#db.transaction(change)
    this.#events.items(jobId, [itemId])
  }

  /** @param change returns the ids of the items it changed */
  #changeItems(jobId: number, change: (write: Writers) => number[]): number[] {
    const itemIds = this.#db.transaction(change)
    this.#events.items(jobId, itemIds)
    return itemIds
  }
}
