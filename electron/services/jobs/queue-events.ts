/** Tells what changed in the queue, as it is in the database by then. */
import type { StudioDatabase } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'
import { itemView, jobView } from './job-views.ts'
import { readQueuePause } from './queue-pause.ts'

/** Items of one event. */
const ITEMS_PER_EVENT = 200

/** Past this, reading again what is on the screen costs a client less than being told everything. */
const MAX_TOLD_ITEMS = 4_000

export class QueueEvents {
  readonly #db: StudioDatabase
  readonly #bus: EventBus

  constructor({ db, bus }: { db: StudioDatabase; bus: EventBus }) {
    this.#db = db
    this.#bus = bus
  }

  job(id: number): void {
    const job = this.#db.read.jobs.find(id)
    // another process may have removed it by now
    if (job !== undefined) this.#bus.emit('job.changed', { job: jobView(this.#db.read, job) })
  }

  removed(id: number): void {
    this.#bus.emit('job.removed', { id })
  }

  /** Of items and of their job. */
  items(jobId: number, itemIds: readonly number[]): void {
    if (itemIds.length > MAX_TOLD_ITEMS) this.#bus.emit('data.changed', {})
    else {
      for (let from = 0; from < itemIds.length; from += ITEMS_PER_EVENT) {
        const records = itemIds.slice(from, from + ITEMS_PER_EVENT).map((id) => this.#db.read.jobItems.findById(id))
        const items = records.filter((record) => record !== undefined).map(itemView)
        if (items.length > 0) this.#bus.emit('items.changed', { jobId, items })
      }
    }
    this.job(jobId)
  }

  queue(): void {
    this.#bus.emit('queue.changed', readQueuePause(this.#db.read))
  }
}
