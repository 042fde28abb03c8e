/**
 * How far a job is, and how long it will take: the pace of the steps done since its work began, without the time
 * that models took to load. Durations come from a clock that does not jump.
 */
import type { JobProgress } from '#shared/contract/jobs.ts'
import type { Activity, GenerationEvent } from '#shared/engine-protocol.ts'
import type { JobItemRecord, JobRecord } from '../../db/job-record.ts'

/** Ten a second are as many as anyone can look at. */
const MIN_INTERVAL_MS = 100

export interface ProgressMeterOptions {
  jobId: number
  tell: (progress: JobProgress) => void
  /** Milliseconds; only differences count. */
  now?: () => number
}

export class ProgressMeter {
  readonly jobId: number
  readonly #tell: (progress: JobProgress) => void
  readonly #now: () => number
  /** Of the running request, as the engine numbers them. */
  #items: readonly JobItemRecord[] = []
  #microBatches: readonly (readonly number[])[] = []
  readonly #everBegun = new Set<number>()
  /** Steps done of what was begun and is not finished, by item. */
  readonly #begun = new Map<number, number>()
  /** What the engine is at. */
  #activity: Activity = 'loading'
  #inHand: readonly number[] = []
  #step = 0
  #stepsPerImage = 0
  #itemsFinished = 0
  #itemCount = 0
  #workMs = 0
  #stepsDone = 0
  #lastEventAt = 0
  #lastToldAt = -Infinity
  #timer: NodeJS.Timeout | undefined

  constructor({ jobId, tell, now = () => performance.now() }: ProgressMeterOptions) {
    this.jobId = jobId
    this.#tell = tell
    this.#now = now
  }

  /** A request begins. */
  begin(items: readonly JobItemRecord[], counts: JobRecord['itemCounts']): void {
    this.#items = items
    this.#microBatches = []
    this.#everBegun.clear()
    this.#begun.clear()
    this.#lastEventAt = this.#now()
    this.#activity = 'loading'
    this.#workOn(items.map((_, index) => index))
    this.count(counts)
  }

  /** Of the job, as they are in the database. */
  count(counts: JobRecord['itemCounts']): void {
    const { queued = 0, running = 0 } = counts
    this.#itemCount = Object.values(counts).reduce((sum, count) => sum + count, 0)
    this.#itemsFinished = this.#itemCount - queued - running
    this.#tellSoon()
  }

  /** It is in the database, and counted there. */
  finish(itemId: number): void {
    this.#begun.delete(itemId)
    this.#inHand = this.#inHand.filter((id) => id !== itemId)
  }

  take(event: GenerationEvent): void {
    const now = this.#now()
    if (this.#activity !== 'loading') this.#workMs += now - this.#lastEventAt
    this.#lastEventAt = now
    if (event.type === 'plan') {
      this.#microBatches = event.microBatches
      this.#stepsPerImage = event.stepsPerImage
    } else if (event.type === 'activity') {
      this.#activity = event.activity
      // a model is loaded before the first and between two micro-batches
      if (event.activity === 'loading') this.#workOn(this.#nextMicroBatch())
    } else if (event.type === 'step') {
      this.#workOn(event.items)
      this.#step = event.step
      this.#stepsPerImage = event.stepsPerImage
      this.#stepsDone += event.items.length
      for (const index of event.items) this.#everBegun.add(index)
      for (const itemId of this.#inHand) this.#begun.set(itemId, event.step)
    }
    this.#tellSoon()
  }

  /** The request is over: nothing is told after this until another begins. */
  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #workOn(indices: readonly number[]): void {
    this.#step = 0
    this.#inHand = indices.map((index) => this.#items[index].id)
  }

  #nextMicroBatch(): readonly number[] {
    const next = this.#microBatches.find((indices) => !indices.some((index) => this.#everBegun.has(index)))
    return next ?? this.#items.map((_, index) => index)
  }

  #tellSoon(): void {
    if (this.#timer !== undefined) return
    const waitMs = this.#lastToldAt + MIN_INTERVAL_MS - this.#now()
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        this.#lastToldAt = this.#now()
        this.#tell(this.#progress())
      },
      Math.max(waitMs, 0),
    )
  }

  #progress(): JobProgress {
    return {
      jobId: this.jobId,
      activity: this.#activity,
      itemIds: [...this.#inHand],
      step: this.#step,
      stepsPerImage: this.#stepsPerImage,
      itemsFinished: this.#itemsFinished,
      itemCount: this.#itemCount,
      timeLeftMs: this.#timeLeftMs(),
    }
  }

  #timeLeftMs(): number | null {
    if (this.#stepsDone === 0) return null
    const done = [...this.#begun.values()].reduce((sum, steps) => sum + steps, 0)
    const left = (this.#itemCount - this.#itemsFinished) * this.#stepsPerImage - done
    return Math.max(0, (left * this.#workMs) / this.#stepsDone)
  }
}
