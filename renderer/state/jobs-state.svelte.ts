/** The queue as the studio tells it: jobs in their order, items of jobs that somebody looks at, progress, previews. */
import { SvelteMap } from 'svelte/reactivity'
import type { ItemView, JobProgress, JobView } from '#shared/contract/jobs.ts'
import type { EngineState } from '#shared/contract/studio.ts'
import type { WireError } from '#shared/errors.ts'
import type { Connection } from '#renderer/api/connection.svelte.ts'
import { Previews } from './previews.svelte.ts'

const ITEMS_PER_CALL = 1_000
/** Events come in bursts; the order is asked for once after each. */
const ORDER_DELAY_MS = 60
const FINISHED_SHOWN = 30

export class JobsState {
  readonly #connection: Connection
  /** In the order they will run. */
  pending = $state.raw<readonly JobView[]>([])
  /** The latest first. */
  finished = $state.raw<readonly JobView[]>([])
  isPaused = $state(false)
  /** Why it paused by itself. */
  pauseReason = $state.raw<WireError | null>(null)
  progress = $state.raw<JobProgress | null>(null)
  /** Null until it was asked. */
  engine = $state.raw<EngineState | null>(null)
  isLoaded = $state(false)
  readonly previews: Previews
  readonly #items = new SvelteMap<number, readonly ItemView[]>()
  #orderTimer: ReturnType<typeof setTimeout> | undefined

  constructor(connection: Connection) {
    this.#connection = connection
    this.previews = new Previews(connection)
    connection.onLoad(() => void this.#load().catch(() => undefined))
    connection.on('job.changed', ({ job }) => {
      this.#take(job)
    })
    connection.on('job.removed', ({ id }) => {
      this.pending = this.pending.filter((job) => job.id !== id)
      this.finished = this.finished.filter((job) => job.id !== id)
      this.#items.delete(id)
    })
    connection.on('items.changed', ({ jobId, items }) => {
      this.#takeItems(jobId, items)
    })
    connection.on('queue.changed', ({ isPaused, pauseReason }) => {
      this.isPaused = isPaused
      this.pauseReason = pauseReason
    })
    connection.on('job.progress', (progress) => (this.progress = progress))
    connection.on('engine.changed', (engine) => (this.engine = engine))
  }

  /** Items of a job in their order; empty until `watch` has loaded them. */
  itemsOf(jobId: number): readonly ItemView[] {
    return this.#items.get(jobId) ?? []
  }

  byId(id: number): JobView | undefined {
    return this.pending.find((job) => job.id === id) ?? this.finished.find((job) => job.id === id)
  }

  /** Loads a job's items, and keeps them up to date from then on. @throws {AppError} */
  async watch(jobId: number): Promise<void> {
    if (!this.#items.has(jobId)) await this.#loadItems(jobId)
  }

  async #load(): Promise<void> {
    const { jobs, studio } = this.#connection.client
    // each as it comes: what events tell between two answers is newer than the first of them
    await Promise.all([
      jobs.pending({}).then((pending) => (this.pending = pending)),
      jobs.finished({ limit: FINISHED_SHOWN }).then((finished) => (this.finished = finished)),
      jobs.queueState({}).then(({ isPaused, pauseReason, progress }) => {
        Object.assign(this, { isPaused, pauseReason, progress })
      }),
      studio.info({}).then(({ engine }) => (this.engine = engine)),
    ])
    this.isLoaded = true
    await Promise.all([...this.#items.keys()].map((id) => this.#loadItems(id)))
  }

  async #loadItems(jobId: number): Promise<void> {
    let count = 0
    for (;;) {
      const part = await this.#connection.client.jobs.items({ jobId, fromIndex: count, limit: ITEMS_PER_CALL })
      // earlier parts may have been changed by events meanwhile
      this.#items.set(jobId, [...this.itemsOf(jobId).slice(0, count), ...part])
      count += part.length
      if (part.length < ITEMS_PER_CALL) break
    }
  }

  #take(job: JobView): void {
    const isOver = job.finishedAtMs !== null
    if (isOver) {
      this.pending = this.pending.filter(({ id }) => id !== job.id)
      this.finished = [job, ...this.finished.filter(({ id }) => id !== job.id)]
        .sort((a, b) => b.finishedAtMs! - a.finishedAtMs!)
        .slice(0, FINISHED_SHOWN)
    } else {
      this.finished = this.finished.filter(({ id }) => id !== job.id)
      const isKnown = this.pending.some(({ id }) => id === job.id)
      this.pending = isKnown ? this.pending.map((other) => (other.id === job.id ? job : other)) : [...this.pending, job]
    }
    if (job.state !== 'running' && this.progress?.jobId === job.id) this.progress = null
    clearTimeout(this.#orderTimer)
    this.#orderTimer = setTimeout(() => {
      this.#connection.client.jobs.pending({}).then(
        (pending) => (this.pending = pending),
        () => undefined,
      )
    }, ORDER_DELAY_MS)
  }

  #takeItems(jobId: number, changed: readonly ItemView[]): void {
    for (const item of changed) if (item.state !== 'running') this.previews.forgetSoon(item.id)
    const items = this.#items.get(jobId)
    if (items === undefined) return
    const next = [...items]
    // what is beyond those that were loaded comes with the part that is asked for now
    for (const item of changed) if (item.itemIndex < next.length) next[item.itemIndex] = item
    this.#items.set(jobId, next)
  }
}
