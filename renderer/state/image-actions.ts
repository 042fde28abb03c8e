/** What can be done with images of the history, wherever they are shown. Failures are told by toasts. */
import type { ExportOptions, ImageView } from '#shared/contract/history.ts'
import { AppError } from '#shared/errors.ts'
import { copyText } from '#renderer/api/copy-text.ts'
import { desktop } from '#renderer/api/desktop.svelte.ts'
import { exportImages } from '#renderer/api/export-images.ts'
import * as m from '#renderer/paraglide/messages.js'
import type { Connection } from '#renderer/api/connection.svelte.ts'
import type { BatchDraft } from './batch-draft.svelte.ts'
import type { GenerationDraft } from './generation-draft.svelte.ts'
import type { ImageToImageDraft } from './image-to-image-draft.svelte.ts'
import type { ImagesState } from './images-state.svelte.ts'
import type { ModelsState } from './models-state.svelte.ts'
import type { Route } from './route.svelte.ts'
import { imageAsSource } from './take-pictures.ts'
import type { Toasts } from './toasts.ts'

/** The parts of the studio's state that actions use. */
interface ActedOn {
  readonly api: Connection['client']
  readonly batch: BatchDraft
  readonly generation: GenerationDraft
  readonly imageToImage: ImageToImageDraft
  readonly images: ImagesState
  readonly models: ModelsState
  readonly route: Route
  readonly toasts: Toasts
}

type Marks = Partial<Pick<ImageView, 'favourite' | 'rating'>>

/** More pictures at once are a slip of the hand. */
const MAX_INPUTS = 100
/** More at once nobody reads. */
const MAX_PROBLEMS = 3

export class ImageActions {
  readonly #studio: ActedOn
  /** Whoever shows marks may show them before the studio answers. */
  readonly #patches = new Set<(ids: readonly number[], marks: Marks) => void>()

  constructor(studio: ActedOn) {
    this.#studio = studio
  }

  /** @returns stops it */
  onMarks(patch: (ids: readonly number[], marks: Marks) => void): () => void {
    this.#patches.add(patch)
    return () => this.#patches.delete(patch)
  }

  setFavourite(ids: readonly number[], favourite: boolean): void {
    this.#mark(ids, { favourite })
    this.#attempt(ids, () => this.#studio.api.history.setFavourite({ ids: [...ids], favourite }))
  }

  setRating(ids: readonly number[], rating: number): void {
    this.#mark(ids, { rating })
    this.#attempt(ids, () => this.#studio.api.history.setRating({ ids: [...ids], rating }))
  }

  trash(ids: readonly number[]): void {
    const { api, toasts } = this.#studio
    this.#attempt(ids, async () => {
      await api.history.trash({ ids: [...ids] })
      toasts.undo(m.history_trashed({ count: ids.length }), () => api.history.restore({ ids: [...ids] }))
    })
  }

  restore(ids: readonly number[]): void {
    const { api, toasts } = this.#studio
    this.#attempt(ids, async () => {
      await api.history.restore({ ids: [...ids] })
      toasts.undo(m.history_restored({ count: ids.length }), () => api.history.trash({ ids: [...ids] }))
    })
  }

  addTag(ids: readonly number[], name: string): void {
    const { api, toasts } = this.#studio
    this.#attempt(ids, async () => {
      await api.tags.addToImages({ imageIds: [...ids], names: [name] })
      toasts.info(m.history_tagged({ count: ids.length, name }))
    })
  }

  removeTag(ids: readonly number[], tag: { id: number; name: string }): void {
    const { api, toasts } = this.#studio
    this.#attempt(ids, async () => {
      await api.tags.removeFromImages({ imageIds: [...ids], tagIds: [tag.id] })
      toasts.undo(m.history_untagged({ count: ids.length, name: tag.name }), () =>
        api.tags.addToImages({ imageIds: [...ids], names: [tag.name] }),
      )
    })
  }

  /** @param collection by its id, or the name of a new one */
  addToCollection(ids: readonly number[], collection: number | string): void {
    const { api, toasts } = this.#studio
    this.#attempt(ids, async () => {
      const id = typeof collection === 'number' ? collection : (await api.collections.create({ name: collection })).id
      await api.collections.addImages({ id, imageIds: [...ids] })
      toasts.info(m.history_collected({ count: ids.length }))
    })
  }

  removeFromCollection(ids: readonly number[], collection: { id: number; name: string }): void {
    const { api, toasts } = this.#studio
    const request = { id: collection.id, imageIds: [...ids] }
    this.#attempt(ids, async () => {
      await api.collections.removeImages(request)
      toasts.undo(m.history_uncollected({ count: ids.length, name: collection.name }), () =>
        api.collections.addImages(request),
      )
    })
  }

  /** As downloads; in the desktop app under names, or into a folder, of the person's choice. */
  export(ids: readonly number[], options: Partial<ExportOptions> = {}): void {
    const { toasts } = this.#studio
    this.#attempt(ids, async () => {
      if (desktop === undefined) {
        await exportImages(ids, options)
        return
      }
      const saved = await desktop.app.saveImages({ ids: [...ids], options })
      if (saved === null) return
      toasts.info(m.desktop_saved({ count: saved.savedCount }))
      for (const { error } of saved.problems.slice(0, MAX_PROBLEMS)) toasts.error(AppError.fromWire(error))
    })
  }

  /** For `dragstart`: in the desktop app the files themselves go with the pointer. @returns whether they do */
  dragOut(event: DragEvent, ids: readonly number[]): boolean {
    if (desktop === undefined) return false
    event.preventDefault()
    desktop.app.startDrag({ ids: [...ids] }).catch((error: unknown) => {
      this.#studio.toasts.error(error)
    })
    return true
  }

  /** The settings that all panels share, and a row with its prompt and seed. */
  sendToBatch(image: Extract<ImageView, { origin: 'reprise' }>): void {
    const { batch, generation, models, route } = this.#studio
    const { numInferenceSteps, guidanceScale, widthPx, heightPx, scheduler, sigmas } = image
    generation.change({ numInferenceSteps, guidanceScale, widthPx, heightPx, scheduler, sigmas })
    const model = models.list.find(({ hash }) => hash === image.modelHash)
    if (model !== undefined) generation.useModel(model.id)
    batch.keepSeed(image)
    route.go('batch')
  }

  /** Each with the prompt that it was made with. */
  useAsInput(ids: readonly number[]): void {
    const { imageToImage, images, route } = this.#studio
    this.#attempt(ids, async () => {
      const chosen = await Promise.all(ids.slice(0, MAX_INPUTS).map((id) => images.load(id)))
      route.go('image-to-image')
      await imageToImage.take(chosen.map((image) => imageAsSource(image, m.i2i_from_history({ id: image.id }))))
    })
  }

  copy(text: string, message: string): void {
    this.#studio.toasts.attempt(async () => {
      await copyText(text)
      this.#studio.toasts.info(message)
    })
  }

  #mark(ids: readonly number[], marks: Marks): void {
    for (const patch of this.#patches) patch(ids, marks)
  }

  #attempt(ids: readonly number[], run: () => Promise<unknown>): void {
    if (ids.length > 0) this.#studio.toasts.attempt(run)
  }
}
