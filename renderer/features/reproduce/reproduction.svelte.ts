/** One request to make images again: from the click to the verdicts. */
import { SvelteMap } from 'svelte/reactivity'
import type { VerdictView } from '#shared/contract/reproduce.ts'
import { AppError } from '#shared/errors.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'

export class Reproduction {
  readonly #studio: StudioState
  readonly ids: readonly number[]
  jobId = $state<number>()
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
        if (job.id === this.jobId && job.finishedAtMs !== null) void this.#finish()
      }),
    )
  }

  /** What the queue is doing for it now. */
  get progress() {
    const { progress } = this.#studio.jobs
    return progress?.jobId === this.jobId ? progress : null
  }

  async start(): Promise<void> {
    this.error = undefined
    this.isEnded = false
    try {
      this.jobId = (await this.#studio.api.reproduce.start({ imageIds: [...this.ids] })).id
    } catch (error) {
      this.error = AppError.from(error)
    }
  }

  async cancel(): Promise<void> {
    if (this.jobId !== undefined && !this.isDone) await this.#studio.api.jobs.cancel({ id: this.jobId })
  }

  close(): void {
    for (const stop of this.#stops) stop()
  }

  /** Items that failed without a verdict say why themselves. */
  async #finish(): Promise<void> {
    this.isEnded = true
    if (this.isDone || this.jobId === undefined) return
    try {
      const items = await this.#studio.api.jobs.items({ jobId: this.jobId, limit: 1_000 })
      const failed = items.find(({ error, state }) => error !== null && state !== 'done')
      if (failed?.error) this.error = AppError.fromWire(failed.error)
    } catch (error) {
      this.error = AppError.from(error)
    }
  }
}
