/**
 * One request to the engine: a few items of one job. Each image is kept as it arrives, one after the other, while the
 * engine goes on with the next.
 */
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import { AppError, type ErrorCode } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import type { JobItemRecord } from '../../db/job-record.ts'
import type { EngineSupervisor } from '../../supervisor/engine-supervisor.ts'
import type { MadeImage } from '../images/image-store.ts'

/** Nothing can be kept while this is so. */
const NOTHING_CAN_BE_KEPT: ReadonlySet<ErrorCode> = new Set([
  'disk-full',
  'disk-failed',
  'output-not-writable',
  'data-folder-busy',
  'database-corrupt',
])

/** Another process may write a large job, which holds up others for longer than one attempt waits (5 s). */
const ATTEMPTS_WHILE_BUSY = 3

export interface BatchRunOptions {
  readonly engine: Pick<EngineSupervisor, 'generate'>
  readonly items: readonly JobItemRecord[]
  /** Puts the request together. What it throws ends the run as an error of the engine does. */
  readonly request: () => GenerationRequest
  readonly keep: (item: JobItemRecord, made: MadeImage) => Promise<void>
  /** Told after each event was dealt with. */
  readonly onEvent: (event: GenerationEvent) => void
}

export interface BatchEnd {
  /** Neither kept nor refused. */
  readonly left: readonly JobItemRecord[]
  /** Images that were made and, each for itself, could not be kept. */
  readonly refused: ReadonlyMap<JobItemRecord, AppError>
  /** Why no image could be kept any more. */
  readonly keepError: AppError | undefined
  /** Why the engine ended before it was through. */
  readonly engineError: AppError | undefined
  /** It was asked to end. */
  readonly wasStopped: boolean
}

export class BatchRun {
  readonly #options: BatchRunOptions
  readonly #abort = new AbortController()
  readonly #arrived = new Set<JobItemRecord>()
  readonly #kept = new Set<JobItemRecord>()
  readonly #refused = new Map<JobItemRecord, AppError>()
  #saves = Promise.resolve()
  #keepError: AppError | undefined
  #wasStopped = false

  constructor(options: BatchRunOptions) {
    this.#options = options
  }

  /** Those whose image the engine has not made yet. */
  get unfinished(): JobItemRecord[] {
    return this.#options.items.filter((item) => !this.#arrived.has(item))
  }

  /** Between two steps; images that were made are kept. */
  stop(): void {
    this.#wasStopped = true
    this.#abort.abort()
  }

  /** Never rejects. */
  async run(): Promise<BatchEnd> {
    const { engine, request, items } = this.#options
    let engineError: AppError | undefined
    try {
      await engine.generate(request(), {
        onEvent: (event) => {
          this.#take(event)
        },
        signal: this.#abort.signal,
      })
    } catch (error) {
      engineError = AppError.from(error)
    }
    await this.#saves
    return {
      left: items.filter((item) => !this.#kept.has(item) && !this.#refused.has(item)),
      refused: this.#refused,
      keepError: this.#keepError,
      engineError,
      wasStopped: this.#wasStopped,
    }
  }

  #take(event: GenerationEvent): void {
    const item = event.type === 'image' ? this.#options.items.at(event.item) : undefined
    if (event.type === 'image' && item !== undefined) {
      this.#arrived.add(item)
      this.#saves = this.#saves.then(() => this.#keep(item, madeImage(event)))
    }
    this.#options.onEvent(event)
  }

  async #keep(item: JobItemRecord, made: MadeImage): Promise<void> {
    for (let attempt = 1; this.#keepError === undefined; attempt++) {
      try {
        await this.#options.keep(item, made)
        this.#kept.add(item)
        return
      } catch (thrown) {
        const error = AppError.from(thrown)
        if (error.code === 'data-folder-busy' && attempt < ATTEMPTS_WHILE_BUSY) continue
        if (!NOTHING_CAN_BE_KEPT.has(error.code)) {
          this.#refused.set(item, error)
          return
        }
        this.#keepError = error
        this.#abort.abort()
      }
    }
  }
}

function madeImage(event: Extract<GenerationEvent, { type: 'image' }>): MadeImage {
  const { widthPx, heightPx, pixels, pixelHash, settings, durationMs, threadCount } = event
  return { widthPx, heightPx, pixels, pixelHash, settings, durationMs, threadCount }
}
