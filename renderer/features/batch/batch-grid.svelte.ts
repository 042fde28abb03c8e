/**
 * The plan, with what has become of it: a cell shows the item of a job if that made, makes or will make exactly this
 * image (same prompt, seed, settings). So the grid is the same after a reload, and what is changed becomes a plan again.
 */
import type { ItemView, JobView, NewJobSchema } from '#shared/contract/jobs.ts'
import { AppError } from '#shared/errors.ts'
import type { z } from 'zod'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { columnSeeds, imageKey, planGrid, type PlannedImage } from './plan.ts'

export class BatchGrid {
  readonly #studio: StudioState
  readonly rows = $derived.by(() => planGrid(this.#studio.batch))
  readonly columns = $derived.by(() => columnSeeds(this.#studio.batch))
  readonly images = $derived(this.rows.flatMap(({ lines }) => lines.flatMap(({ images }) => images)))
  readonly #settingsKey = $derived.by(() => {
    const { models, generation } = this.#studio
    const modelId = models.byId(generation.modelId)?.id ?? models.standard?.id
    return JSON.stringify([modelId, Object.entries(generation.settings).sort()])
  })
  readonly #items = $derived.by(() => {
    const found: Record<string, ItemView | undefined> = {}
    for (const { id, settingsKey } of this.#studio.batch.jobs) {
      if (settingsKey !== this.#settingsKey) continue
      for (const item of this.#studio.jobs.itemsOf(id)) {
        found[imageKey(item.prompt, item.negativePrompt, item.seed)] = item
      }
    }
    return found
  })
  /** Finished ones, as the grid shows them. */
  get madeIds(): number[] {
    return this.images.map((image) => this.itemOf(image)?.imageId ?? undefined).filter((id) => id !== undefined)
  }

  /** Of waiting items, by id: 1 is the next. */
  readonly #places = $derived.by(() => {
    const places: Record<number, number | undefined> = {}
    let place = 0
    for (const { id, itemCounts } of this.#studio.jobs.pending) {
      const items = this.#studio.jobs.itemsOf(id)
      if (items.length === 0) place += (itemCounts.queued ?? 0) + (itemCounts.running ?? 0)
      for (const item of items) {
        if (item.state === 'queued' || item.state === 'running') places[item.id] = ++place
      }
    }
    return places
  })
  readonly missing = $derived(this.images.filter((image) => !isTaken(this.itemOf(image))))
  /** All are there: with random seeds the next are new ones. */
  readonly isRedraw = $derived.by(
    () => this.missing.length === 0 && this.images.length > 0 && this.#studio.batch.seedPolicy === 'random',
  )
  readonly countToMake = $derived(this.isRedraw ? this.images.length : this.missing.length)
  isAdding = $state(false)
  error = $state.raw<AppError>()

  constructor(studio: StudioState) {
    this.#studio = studio
  }

  itemOf(image: PlannedImage): ItemView | undefined {
    return this.#items[image.key]
  }

  /** 1: the next. */
  placeOf(item: ItemView): number | undefined {
    return this.#places[item.id]
  }

  /** Finds the jobs of the draft again, after a reload for instance. */
  loadJobs(): void {
    const { batch, jobs } = this.#studio
    for (const { id } of batch.jobs) {
      jobs.watch(id).catch((thrown: unknown) => {
        if (AppError.from(thrown).code === 'not-found') batch.jobs = batch.jobs.filter((job) => job.id !== id)
      })
    }
  }

  /** Adds what is missing to the queue. */
  async generate(): Promise<JobView | undefined> {
    const { batch, api, generation, models, jobs } = this.#studio
    if (this.isAdding || this.countToMake === 0) return undefined
    if (this.isRedraw) batch.drawSeeds({ anew: true })
    const modelId = models.byId(generation.modelId)?.id
    const request: z.input<typeof NewJobSchema> = {
      ...(modelId === undefined ? {} : { modelId }),
      settings: generation.settings,
      items: this.missing.map(({ prompt, negativePrompt, seed }) => ({ prompt, negativePrompt, seed })),
    }
    const settingsKey = this.#settingsKey
    this.isAdding = true
    this.error = undefined
    try {
      const job = await api.jobs.add(request)
      batch.remember(job.id, settingsKey)
      await jobs.watch(job.id)
      return job
    } catch (thrown) {
      this.error = AppError.from(thrown)
      return undefined
    } finally {
      this.isAdding = false
    }
  }
}

/** Whether nobody needs to ask for it again; what failed has a Retry of its own. */
function isTaken(item: ItemView | undefined): boolean {
  return item !== undefined && item.state !== 'cancelled'
}
