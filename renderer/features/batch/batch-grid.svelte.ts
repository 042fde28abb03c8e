/** The batch as a grid: what is planned, what of it there is, and what is to be made. */
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { gridLines } from './grid-lines.ts'
import { columnSeeds, GridPlanner, type PlanInput } from './plan.ts'
import { PlannedJobs } from './planned-jobs.svelte.ts'

export class BatchGrid {
  readonly #studio: StudioState
  readonly #planner = new GridPlanner()
  readonly jobs: PlannedJobs
  readonly #input = $derived.by((): PlanInput => {
    const { batch, generation, models, settings } = this.#studio
    const { rows, negative, imagesPerPrompt, seedPolicy, firstSeed, seedList, drawnSeeds } = batch
    return {
      ...{ rows, negative, imagesPerPrompt, seedPolicy, firstSeed, seedList, drawnSeeds },
      modelId: models.byId(generation.modelId)?.id ?? models.standard?.id,
      settings: generation.settings,
      wildcards: settings.current?.wildcards ?? NO_LISTS,
    }
  })
  readonly rows = $derived.by(() => this.#planner.plan(this.#input))
  readonly lines = $derived.by(() => gridLines(this.#studio.batch.rows, this.rows))
  readonly columns = $derived(columnSeeds(this.#input))
  readonly images = $derived(this.rows.flatMap(({ lines }) => lines.flatMap(({ images }) => images)))
  readonly missing = $derived.by(() => this.jobs.missing(this.images))
  /** All are there: with random seeds the next are new ones. */
  readonly isRedraw = $derived.by(
    () => this.missing.length === 0 && this.images.length > 0 && this.#studio.batch.seedPolicy === 'random',
  )
  readonly toMake = $derived(this.isRedraw ? this.images : this.missing)
  readonly problemCount = $derived(this.rows.filter(({ problem }) => problem !== undefined).length)

  /** The list of words that is edited; empty: whichever is first. Undefined: none is. */
  editedList = $state<string>()

  constructor(studio: StudioState) {
    this.#studio = studio
    this.jobs = new PlannedJobs(studio, studio.batch)
  }

  /** Adds what is missing to the queue. */
  async generate(): Promise<void> {
    if (this.jobs.isAdding || !this.jobs.isReady) return
    if (this.isRedraw) this.#studio.batch.drawSeeds({ anew: true })
    await this.jobs.add(this.missing)
  }
}

const NO_LISTS = {}
