/** Which images of the wall are chosen, by mouse and by keys. Spans are loaded as far as they are not there yet. */
import { MAX_BULK_IDS } from '#shared/contract/values.ts'
import * as m from '#renderer/paraglide/messages.js'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { HistoryState } from './history-state.svelte.ts'

export class WallSelection {
  readonly #studio: StudioState
  readonly #history: HistoryState
  /** Where the keys are. */
  focusIndex = $state(0)
  /** Where a span begins. */
  #anchor = 0
  /** Only the latest choice counts; earlier ones may still be loading. */
  #choices = 0

  constructor(studio: StudioState, history: HistoryState) {
    this.#studio = studio
    this.#history = history
  }

  get isEmpty(): boolean {
    return this.#studio.selection.ids.length === 0
  }

  choose(index: number, { extend = false, toggle = false } = {}): void {
    this.focusIndex = index
    const { selection } = this.#studio
    if (extend) {
      const [from, to] = [Math.min(this.#anchor, index), Math.max(this.#anchor, index)]
      this.#load(Math.max(from, to - MAX_BULK_IDS + 1), to + 1, (ids) => {
        // the one that was chosen last is the last
        selection.set(...(index === from ? ids.toReversed() : ids))
      })
      return
    }
    this.#anchor = index
    this.#load(index, index + 1, (ids) => {
      if (!toggle) selection.set(...ids)
      else for (const id of ids) selection.toggle(id)
    })
  }

  chooseAll(): void {
    const { imageCount } = this.#history
    if (imageCount > MAX_BULK_IDS) this.#studio.toasts.info(m.history_select_limit({ count: MAX_BULK_IDS }))
    this.#load(0, Math.min(imageCount, MAX_BULK_IDS), (ids) => {
      this.#studio.selection.set(...ids)
    })
  }

  clear(): void {
    this.#choices += 1
    this.#studio.selection.clear()
  }

  withFocused(use: (id: number) => void): void {
    this.#load(this.focusIndex, this.focusIndex + 1, ([id]) => {
      use(id)
    })
  }

  /** The keys go to where an image is now. */
  follow(id: number): number | undefined {
    const index = this.#history.indexOf(id)
    if (index !== undefined) this.focusIndex = this.#anchor = index
    return index
  }

  #load(from: number, until: number, use: (ids: number[]) => void): void {
    const choice = ++this.#choices
    const known = Array.from({ length: until - from }, (_, at) => this.#history.at(from + at)?.id)
    if (known.every((id) => id !== undefined)) {
      use(known)
      return
    }
    this.#studio.toasts.attempt(async () => {
      const images = await this.#history.load(from, until)
      if (choice === this.#choices && images.length > 0) use(images.map(({ id }) => id))
    })
  }
}
