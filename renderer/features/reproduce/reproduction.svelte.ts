/** One request to make images again: from the click to the verdicts. */
import { SvelteMap } from 'svelte/reactivity'
import type { JobView } from '#shared/contract/jobs.ts'
import type { VerdictView } from '#shared/contract/reproduce.ts'
import { AppError } from '#shared/errors.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'

export class Reproduction {
  readonly #studio: StudioState
  readonly ids: readonly number[]
  #job = $state.raw<JobView>()
  error = $state.raw<AppError>()
  readonly verdicts = new SvelteMap<number, VerdictView>()
  readonly isDone = $derived.by(() => this.verdicts.size === this.ids.length)
  /** Ended before all verdicts came: somebody cancelled it. */
  isEnded = $state(false)
  readonly #stops: (() => void)[] = []

  constructor(studio: StudioState, ids: readonly number[]) {
    this.#studio = studio
    this.ids = ids
    const { connection } = studio
    this.#stops.push(
      connection.on('verdict.added', ({ verdict }) => {
        if (ids.includes(verdict.imageId)) this.verdicts.set(verdict.imageId, verdict)
      }),
      connection.on('job.changed', ({ job }) => {
        if (job.id === this.#job?.id && job.finishedAtMs !== null) void this.#finish()
      }),
      // what came while nobody listened: the studio was started again, or a laptop slept
      connection.onLoad(() => void this.#catchUp()),
    )
  }

  get isAccepted(): boolean {
    return this.#job !== undefined
  }

  /** What the queue is doing for it now. */
  get progress() {
    const { progress } = this.#studio.jobs
    return progress !== null && progress.jobId === this.#job?.id ? progress : null
  }

  /** @param options `restoreFiles`: what is in a file's place gives way to the image, if that is bit-exact */
  async start(options: { restoreFiles?: boolean } = {}): Promise<void> {
    this.error = undefined
    this.verdicts.clear()
    this.isEnded = false
    try {
      this.#job = await this.#studio.api.reproduce.start({ imageIds: [...this.ids], ...options })
    } catch (error) {
      this.error = AppError.from(error)
    }
  }

  async cancel(): Promise<void> {
    if (this.#job !== undefined && !this.isDone) await this.#studio.api.jobs.cancel({ id: this.#job.id })
  }

  close(): void {
    for (const stop of this.#stops) stop()
  }

  async #catchUp(): Promise<void> {
    const job = this.#job
    if (job === undefined || this.isDone || this.isEnded) return
    const { api } = this.#studio
    try {
      for (const imageId of this.ids.filter((id) => !this.verdicts.has(id))) {
        const latest = (await api.reproduce.verdicts({ imageId })).at(0)
        // an earlier one is no answer to this request
        if (latest !== undefined && latest.createdAtMs >= job.createdAtMs) this.verdicts.set(imageId, latest)
      }
      if ((await api.jobs.get({ id: job.id })).finishedAtMs !== null) await this.#finish()
    } catch (error) {
      this.error = AppError.from(error)
    }
  }

  /** Items that failed without a verdict say why themselves. */
  async #finish(): Promise<void> {
    this.isEnded = true
    if (this.isDone || this.#job === undefined) return
    try {
      const items = await this.#studio.api.jobs.items({ jobId: this.#job.id, limit: 1_000 })
      const failed = items.find(({ error, state }) => error !== null && state !== 'done')
      if (failed?.error) this.error = AppError.fromWire(failed.error)
    } catch (error) {
      this.error = AppError.from(error)
    }
  }
}
