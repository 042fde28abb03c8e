/**
 * Requests that wait for their job in the studio's queue. A job goes on without its request only if the server ends: a
 * client that leaves cancels it.
 */
import type { z } from 'zod'
import type { ContractClient } from '#shared/contract/contract.ts'
import type { EventPayload, StudioEvent } from '#shared/contract/events.ts'
import type { JobProgress, JobView, NewJobSchema } from '#shared/contract/jobs.ts'
import { AppError } from '#shared/errors.ts'
import type { EventBus } from '../../services/events/event-bus.ts'

type Preview = EventPayload<'item.preview'>

interface Waiting {
  readonly imageCount: number
  readonly addedAtMs: number
  readonly settle: (ended: JobView) => void
  readonly fail: (error: unknown) => void
}

/** What runs, or waits the longest; absent: no request waits. */
export interface CurrentRequest {
  readonly jobId: number
  readonly imageCount: number
  readonly addedAtMs: number
  /** Null: it has not begun. */
  readonly progress: JobProgress | null
  readonly preview: Preview | undefined
}

/**
 * Some clients drop their request and send an interrupt as well. If the first stopped their job already, the other one
 * must not stop the next, which may be somebody else's.
 */
const INTERRUPT_AFTER_LEAVING_MS = 2_000

export class GenerationRequests {
  readonly #client: ContractClient
  readonly #waiting = new Map<number, Waiting>()
  readonly #stopListening: () => void
  #progress: JobProgress | null = null
  #preview: Preview | undefined
  #leftAtMs = -Infinity

  constructor({ client, bus }: { client: ContractClient; bus: Pick<EventBus, 'listen'> }) {
    this.#client = client
    this.#stopListening = bus.listen((event) => {
      this.#take(event)
    })
  }

  /**
   * @param left aborted when the client is gone
   * @returns the job when it has ended, in any way
   * @throws {AppError} what `jobs.add` throws; why the queue cannot go on; `connection-lost` when the server closes
   */
  async run(job: z.input<typeof NewJobSchema>, left: AbortSignal): Promise<JobView> {
    await this.#requireQueue()
    const { id } = await this.#client.jobs.add(job)
    const { promise, resolve: settle, reject: fail } = Promise.withResolvers<JobView>()
    this.#waiting.set(id, { imageCount: job.items.length, addedAtMs: Date.now(), settle, fail })
    const leave = (): void => {
      if (this.#progress?.jobId === id) this.#leftAtMs = performance.now()
      this.#giveUp(id)
    }
    left.addEventListener('abort', leave, { once: true })
    try {
      if (left.aborted) leave()
      void this.#look(id)
      return await promise
    } finally {
      left.removeEventListener('abort', leave)
      this.#waiting.delete(id)
    }
  }

  /** What runs of these requests, else what would run next; never what somebody else added to the queue. */
  async current(): Promise<CurrentRequest | undefined> {
    const { progress } = await this.#client.jobs.queueState({})
    const running = progress !== null && this.#waiting.has(progress.jobId) ? progress : null
    const jobId = running?.jobId ?? (await this.#next())
    const waiting = jobId === undefined ? undefined : this.#waiting.get(jobId)
    if (jobId === undefined || waiting === undefined) return undefined
    const { imageCount, addedAtMs } = waiting
    const preview = running?.itemIds.includes(this.#preview?.itemId ?? 0) ? this.#preview : undefined
    return { jobId, imageCount, addedAtMs, progress: running, preview }
  }

  async interrupt(): Promise<void> {
    if (performance.now() - this.#leftAtMs < INTERRUPT_AFTER_LEAVING_MS) return
    const current = await this.current()
    if (current !== undefined) await this.#cancel(current.jobId)
  }

  /** The images in hand only. */
  async skip(): Promise<void> {
    const current = await this.current()
    for (const itemId of current?.progress?.itemIds ?? []) {
      await this.#client.jobs.cancelItem({ itemId }).catch(ignoreEnded)
    }
  }

  /** Jobs stay in the queue: they are made when the studio is back. */
  close(): void {
    this.#stopListening()
    for (const { fail } of this.#waiting.values()) {
      fail(new AppError('connection-lost', 'the studio is closing; the images are made when it is back'))
    }
  }

  async #requireQueue(): Promise<void> {
    const { isPaused, pauseReason } = await this.#client.jobs.queueState({})
    if (isPaused) throw queuePaused(pauseReason?.message)
  }

  #take(event: StudioEvent): void {
    if (event.name === 'job.progress') this.#progress = event.payload
    else if (event.name === 'item.preview') this.#preview = event.payload
    else if (event.name === 'job.changed') this.#settle(event.payload.job)
    else if (event.name === 'job.removed') void this.#look(event.payload.id)
    else if (event.name === 'data.changed') for (const id of this.#waiting.keys()) void this.#look(id)
    if (event.name !== 'queue.changed' || event.payload.pauseReason === null) return
    for (const [id, { fail }] of this.#waiting) {
      fail(queuePaused(event.payload.pauseReason.message))
      this.#giveUp(id)
    }
  }

  #settle(job: JobView): void {
    if (['done', 'failed', 'cancelled'].includes(job.state)) this.#waiting.get(job.id)?.settle(job)
  }

  /** It may have ended before anybody listened, or have been removed. */
  async #look(id: number): Promise<void> {
    if (!this.#waiting.has(id)) return
    try {
      this.#settle(await this.#client.jobs.get({ id }))
    } catch (error) {
      this.#waiting.get(id)?.fail(error)
    }
  }

  /** Nobody is there to be told if it cannot be cancelled: then its images are made. */
  #giveUp(id: number): void {
    this.#cancel(id).catch(() => undefined)
  }

  async #cancel(id: number): Promise<void> {
    await this.#client.jobs.cancel({ id }).catch(ignoreEnded)
  }

  async #next(): Promise<number | undefined> {
    if (this.#waiting.size === 0) return undefined
    return (await this.#client.jobs.pending({})).find(({ id }) => this.#waiting.has(id))?.id
  }
}

function queuePaused(reason: string | undefined): AppError {
  const because = reason === undefined ? '' : `: ${reason}`
  return new AppError('state-conflict', `the studio's queue is paused${because}. Let it go on there, then ask again`)
}

/** What has ended cannot be cancelled, which is what was wanted. */
function ignoreEnded(error: unknown): void {
  if (!(error instanceof AppError) || !['state-conflict', 'not-found'].includes(error.code)) throw error
}
