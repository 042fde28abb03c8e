/**
 * Runs the queue, batch by batch, for as long as the studio is open: take, run, settle.
 *
 * The database says what is to be done. Whoever wants something stopped changes its state there (JobsService, in this
 * process or another): an item in hand that is no longer `running` is not ours any more. What is `running` while
 * nothing is in hand was left by a process that ended, or could not be written down: it waits again.
 */
import type { EventName } from '#shared/contract/events.ts'
import { AppError } from '#shared/errors.ts'
import type { JobItemRecord } from '../../db/job-record.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import type { EngineSupervisor } from '../../supervisor/engine-supervisor.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { MadeImage } from '../images/image-store.ts'
import type { InputStore } from '../images/input-store.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import { batchRequest, type RequestSources } from './batch-request.ts'
import { BatchRun } from './batch-run.ts'
import { BatchTeller } from './batch-teller.ts'
import { FailedBatches, type FailedBatchesOptions } from './failed-batches.ts'
import { keepMade, type Keepers } from './keep-made.ts'
import { QueueEvents } from './queue-events.ts'
import { takeBatch, type Batch } from './take-batch.ts'
import { WakeSignal } from './wake-signal.ts'

/** After what is nobody's fault and may pass: a database that cannot be written, say. */
const TRY_AGAIN_MS = 10_000

/** After these there may be something to stop, or to do. */
const WAKING: ReadonlySet<EventName> = new Set(['job.changed', 'job.removed', 'items.changed', 'queue.changed'])

export interface QueueRunnerOptions {
  db: StudioDatabase
  bus: EventBus
  engine: Pick<EngineSupervisor, 'generate'>
  store: Keepers['store']
  inputs: Pick<InputStore, 'pathOf'>
  settings: Pick<SettingsService, 'get'>
  reproduction: RequestSources['reproduction'] & Keepers['reproduction'] & FailedBatchesOptions['reproduction']
}

export class QueueRunner {
  readonly #options: QueueRunnerOptions
  readonly #events: QueueEvents
  readonly #teller: BatchTeller
  readonly #failures: FailedBatches
  readonly #signal = new WakeSignal()
  #inHand: BatchRun | undefined
  #isClosed = false
  #stopListening: (() => void) | undefined
  #ended = Promise.resolve()

  constructor(options: QueueRunnerOptions) {
    const { db, bus, reproduction } = options
    this.#options = options
    this.#events = new QueueEvents({ db, bus })
    this.#teller = new BatchTeller(bus, (jobId, message) => {
      this.#keepWarning(jobId, message)
    })
    this.#failures = new FailedBatches({ db, events: this.#events, reproduction })
  }

  start(): void {
    this.#stopListening = this.#options.bus.listen(({ name }) => {
      if (WAKING.has(name)) this.wake()
    })
    this.#ended = this.#loop()
  }

  /** Something may have changed in the database: stops what is no longer wanted, and looks for work. */
  wake(): void {
    this.#stopUnwanted()
    this.#signal.raise()
  }

  /** Stops between two steps; images that were made are kept, the other items wait again. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#stopListening?.()
    this.#inHand?.stop()
    this.#signal.close()
    await this.#ended
  }

  async #loop(): Promise<void> {
    let trouble: string | undefined
    while (!this.#isClosed) {
      try {
        await this.#next()
        trouble = undefined
      } catch (error) {
        const { message } = AppError.from(error)
        if (message !== trouble) {
          this.#options.bus.emit('warning', { message: `the queue waits, and tries again: ${message}` })
        }
        trouble = message
        await this.#signal.rest(TRY_AGAIN_MS)
      }
    }
  }

  async #next(): Promise<void> {
    const { db, settings } = this.#options
    const taken = takeBatch(db, {
      limit: settings.get().imagesAtOnce,
      runsAlone: (item) => this.#failures.runsAlone(item),
      nowMs: Date.now(),
    })
    if (taken === undefined) {
      await this.#signal.wait()
      return
    }
    for (const { id, jobId } of taken.putBack) this.#events.items(jobId, [id])
    for (const id of taken.rested) this.#events.job(id)
    if (taken.batch !== undefined) await this.#run(taken.batch)
  }

  async #run(batch: Batch): Promise<void> {
    const { engine, settings } = this.#options
    const begunAt = performance.now()
    const run = new BatchRun({
      engine,
      items: batch.items,
      request: () => batchRequest(batch, settings.get(), this.#options),
      keep: (item, made) => this.#keep(batch, item, made),
      onEvent: (event) => {
        this.#teller.take(event)
      },
    })
    this.#inHand = run
    this.#teller.begin(batch)
    this.#events.items(
      batch.job.id,
      batch.items.map(({ id }) => id),
    )
    const end = await run.run()
    this.#inHand = undefined
    this.#teller.end()
    this.#failures.settle(batch, end, performance.now() - begunAt)
  }

  async #keep(batch: Batch, item: JobItemRecord, made: MadeImage): Promise<void> {
    await keepMade(this.#options, batch, item, made)
    this.#failures.acquit(item)
    this.#teller.kept(item.id, this.#options.db.read.jobs.find(item.jobId)?.itemCounts ?? {})
    this.#events.items(item.jobId, [item.id])
  }

  #keepWarning(jobId: number, message: string): void {
    try {
      this.#options.db.transaction((write) => {
        write.jobs.warn(jobId, message)
      })
      this.#events.job(jobId)
    } catch {
      // the warning event still tells it; images are worth more than a note on them
    }
  }

  #stopUnwanted(): void {
    const { jobItems } = this.#options.db.read
    try {
      const unfinished = this.#inHand?.unfinished ?? []
      if (unfinished.some(({ id }) => jobItems.findById(id)?.state !== 'running')) this.#inHand?.stop()
    } catch {
      // the loop meets a database that cannot be read as well, and tells
    }
  }
}
