/** Tells what the engine is at while a batch runs: progress, previews, warnings. */
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import type { JobItemRecord, JobRecord } from '../../db/job-record.ts'
import type { EventBus } from '../events/event-bus.ts'
import { PreviewEncoder } from './preview-encoder.ts'
import { ProgressMeter } from './progress-meter.ts'
import type { Batch } from './take-batch.ts'

export class BatchTeller {
  readonly #bus: EventBus
  readonly #previews: PreviewEncoder
  /** Of the job that ran last: its pace counts on when its next batch begins. */
  #meter: ProgressMeter | undefined
  /** The same prompts give the same warnings, batch after batch. */
  readonly #warned = new Set<string>()
  #items: readonly JobItemRecord[] = []

  readonly #keepWarning: (jobId: number, message: string) => void

  /** @param keepWarning called with each warning of a job once */
  constructor(bus: EventBus, keepWarning: (jobId: number, message: string) => void) {
    this.#bus = bus
    this.#keepWarning = keepWarning
    this.#previews = new PreviewEncoder((preview) => {
      bus.emit('item.preview', preview)
    })
  }

  begin({ job, items }: Batch): void {
    this.#items = items
    if (this.#meter?.jobId !== job.id) {
      this.#warned.clear()
      this.#meter = new ProgressMeter({
        jobId: job.id,
        tell: (progress) => {
          this.#bus.emit('job.progress', progress)
        },
      })
    }
    this.#meter.begin(items, job.itemCounts)
  }

  take(event: GenerationEvent): void {
    this.#meter?.take(event)
    if (event.type === 'warning') this.#warn(event.message)
    if (event.type === 'image') this.#previews.forget(this.#items[event.item].id)
    if (event.type !== 'step') return
    for (const preview of event.previews ?? []) {
      void this.#previews.encode(this.#items[preview.item].id, event.step, preview)
    }
  }

  /** @param counts of the job, with this item */
  kept(itemId: number, counts: JobRecord['itemCounts']): void {
    this.#meter?.finish(itemId)
    this.#meter?.count(counts)
  }

  end(): void {
    this.#meter?.end()
    for (const { id } of this.#items) this.#previews.forget(id)
  }

  #warn(message: string): void {
    if (this.#warned.has(message)) return
    this.#warned.add(message)
    const jobId = this.#meter?.jobId
    if (jobId !== undefined) this.#keepWarning(jobId, message)
    this.#bus.emit('warning', { message: `job ${jobId ?? ''}: ${message}` })
  }
}
