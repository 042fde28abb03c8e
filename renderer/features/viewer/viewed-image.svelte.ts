/** The image that the viewer shows, and the way to its neighbours. */
import { untrack } from 'svelte'
import { AppError } from '#shared/errors.ts'
import { imageUrl } from '#renderer/api/studio-api.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { shownScale, Zoom, type Size } from './zoom.svelte.ts'

export class ViewedImage {
  readonly #studio: StudioState
  readonly #id: () => number
  readonly zoom = new Zoom()
  /** Of the stage, px. */
  view = $state.raw<Size>({ widthPx: 1, heightPx: 1 })
  /** The last one stays until the next is there. */
  shown = $state.raw<{ readonly id: number } & Size>()
  error = $state.raw<AppError>()
  /** Its settings are there, its file is not. */
  isFileGone = $state(false)

  /** @param id of what shall be shown; a component's property */
  constructor(studio: StudioState, id: () => number) {
    this.#studio = studio
    this.#id = id
    $effect(() => {
      const asked = id()
      untrack(() => {
        this.#load(asked)
      })
    })
  }

  get detail() {
    return this.#studio.images.get(this.#id())
  }

  get isTrashed(): boolean {
    return this.detail?.trashedAtMs !== undefined
  }

  /** From 0, in what next and previous lead through. */
  get place(): number | undefined {
    return this.#studio.overlays.sequence?.indexOf(this.#id())
  }

  get imageCount(): number {
    return this.#studio.overlays.sequence?.imageCount ?? 0
  }

  /** Screen pixels per pixel of the image, in percent. */
  get percent(): number {
    return this.shown === undefined ? 100 : Math.round(shownScale(this.zoom, this.shown, this.view) * 100)
  }

  step(by: number): void {
    const { overlays, toasts } = this.#studio
    const { sequence } = overlays
    const next = (this.place ?? 0) + by
    if (sequence === undefined || this.place === undefined || next < 0 || next >= sequence.imageCount) return
    toasts.attempt(async () => {
      const image = (await sequence.load(next, next + 1)).at(0)
      // it may have been closed meanwhile
      if (image !== undefined && overlays.viewed !== undefined) overlays.view(image.id, sequence)
    })
  }

  /** Either way it leaves what is gone through: on to its neighbour. */
  trashOrRestore(): void {
    const { actions, overlays } = this.#studio
    const [gone, { place, imageCount, isTrashed }] = [this.#id(), this]
    const isLast = place === undefined || place + 1 >= imageCount
    if (imageCount === 0 || (isLast && (place ?? 0) === 0)) overlays.close()
    else this.step(isLast ? -1 : 1)
    if (isTrashed) actions.restore([gone])
    else actions.trash([gone])
  }

  #load(asked: number): void {
    this.error = undefined
    this.isFileGone = false
    this.#studio.images.load(asked).then(
      ({ widthPx, heightPx }) => {
        if (asked !== this.#id()) return
        if (this.shown?.widthPx !== widthPx || this.shown.heightPx !== heightPx) this.zoom.fit()
        this.shown = { id: asked, widthPx, heightPx }
        this.#loadNeighbours()
      },
      (thrown: unknown) => {
        if (asked === this.#id()) this.error = AppError.from(thrown)
      },
    )
  }

  #loadNeighbours(): void {
    const { sequence } = this.#studio.overlays
    const { place } = this
    if (sequence === undefined || place === undefined) return
    void sequence.load(Math.max(place - 1, 0), place + 2).then(
      (neighbours) => {
        for (const { id } of neighbours) if (id !== this.#id()) new Image().src = imageUrl(id)
      },
      () => undefined,
    )
  }
}
