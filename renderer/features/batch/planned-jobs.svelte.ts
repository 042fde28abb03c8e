/**
 * What has become of planned images: each finds the item of a job that made, makes or will make exactly it (same
 * prompt, seed, settings). So a grid is the same after a reload, and what is changed becomes a plan again.
 */
import { AppError } from '#shared/errors.ts'
import { MAX_JOBS_AT_ONCE, type ItemView } from '#shared/contract/jobs.ts'
import * as m from '#renderer/paraglide/messages.js'
import type { RememberedJob } from '#renderer/state/batch-draft.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { groupJobs, newJobOf } from './group-jobs.ts'
import { differentImages, itemsByImage, placesInQueue } from './items-by-image.ts'
import type { PlannedImage } from './plan.ts'

/** Where the jobs of a grid are kept. */
export interface JobMemory {
  readonly jobs: readonly RememberedJob[]
  remember(id: number, settingsKey: string): void
  forget(jobId: number): void
}

export class PlannedJobs {
  readonly #studio: StudioState
  readonly #memory: JobMemory
  readonly #items = $derived.by(() => itemsByImage(this.#memory.jobs, (id) => this.#studio.jobs.itemsOf(id)))
  readonly #places = $derived.by(() => placesInQueue(this.#studio.jobs.pending, (id) => this.#studio.jobs.itemsOf(id)))
  /** All jobs were found again, or are gone. */
  #isFound = $state(false)
  /** False while it is not known yet what is made already: whatever is added then may be made twice. */
  readonly isReady = $derived.by(() => this.#isFound && this.#studio.models.isLoaded)
  isAdding = $state(false)
  error = $state.raw<AppError>()

  constructor(studio: StudioState, memory: JobMemory) {
    this.#studio = studio
    this.#memory = memory
  }

  itemOf(image: PlannedImage): ItemView | undefined {
    return this.#items.get(image.key)
  }

  /** 1: the next. */
  placeOf(item: ItemView): number | undefined {
    return this.#places.get(item.id)
  }

  /** Of finished ones, in the order of the images. */
  madeIds(images: readonly PlannedImage[]): number[] {
    return images.map((image) => this.itemOf(image)?.imageId ?? undefined).filter((id) => id !== undefined)
  }

  /** Those that somebody needs to ask for, each once; what failed has a Retry of its own. */
  missing(images: readonly PlannedImage[]): PlannedImage[] {
    const isTaken = (item: ItemView | undefined): boolean => item !== undefined && item.state !== 'cancelled'
    return differentImages(images).filter((image) => !isTaken(this.itemOf(image)))
  }

  /** Finds the jobs again, after a reload for instance. */
  async load(): Promise<void> {
    const found = this.#memory.jobs.map(({ id }) =>
      this.#studio.jobs.watch(id).catch((thrown: unknown) => {
        if (AppError.from(thrown).code === 'not-found') this.#memory.forget(id)
      }),
    )
    await Promise.all(found)
    this.#isFound = true
  }

  /** Adds them to the queue: all, or none if one is refused. */
  async add(images: readonly PlannedImage[]): Promise<void> {
    const { api, jobs } = this.#studio
    const groups = groupJobs(images)
    if (this.isAdding || groups.length === 0) return
    this.isAdding = true
    this.error = undefined
    try {
      if (groups.length > MAX_JOBS_AT_ONCE) {
        const message = m.batch_too_many_jobs({ count: groups.length, limit: MAX_JOBS_AT_ONCE })
        throw new AppError('invalid-argument', message)
      }
      const added = await api.jobs.addAll({ jobs: groups.map(newJobOf) })
      for (const [index, { id }] of added.entries()) this.#memory.remember(id, groups[index].settingsKey)
      for (const { id } of added) await jobs.watch(id)
    } catch (thrown) {
      this.error = AppError.from(thrown)
    } finally {
      this.isAdding = false
    }
  }
}
