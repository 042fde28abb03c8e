/** What lies over the panels: the viewer, a comparison, a reproduction. Any panel opens them. */
import type { ImageView } from '#shared/contract/history.ts'
import type { Route } from './route.svelte.ts'

/** Images one after another, as the viewer goes through them. */
export interface ImageSequence {
  readonly imageCount: number
  indexOf(id: number): number | undefined
  /** @throws {AppError} */
  load(from: number, until: number): Promise<readonly Pick<ImageView, 'id'>[]>
}

/** More do not fit side by side. */
const MAX_COMPARED = 4
const NONE: readonly number[] = []

export function canCompare({ length: count }: readonly number[]): boolean {
  return count >= 2 && count <= MAX_COMPARED
}

export class Overlays {
  readonly #route: Route
  /** What next and previous lead through. Not in the address: after a reload the panel says it again. */
  sequence = $state.raw<ImageSequence>()
  reproduced = $state.raw<readonly number[]>([])
  /** Where the page is too narrow for the inspector's column, it is a sheet. */
  isInspectorOpen = $state(false)
  isShortcutsOpen = $state(false)
  /** Where settings are pasted as text. */
  isPasteOpen = $state(false)

  constructor(route: Route) {
    this.#route = route
  }

  /** The image that the viewer shows. */
  get viewed(): number | undefined {
    return this.#route.overlaid.viewed
  }

  get compared(): readonly number[] {
    return this.#route.overlaid.compared?.slice(0, MAX_COMPARED) ?? NONE
  }

  /** @param sequence what next and previous lead through; absent: it stands alone */
  view(id: number, sequence?: ImageSequence): void {
    this.sequence = sequence
    this.#route.open({ viewed: id })
  }

  compare(ids: readonly number[]): void {
    if (ids.length >= 2) this.#route.open({ compared: ids.slice(0, MAX_COMPARED) })
  }

  /** Viewer and comparison. */
  close(): void {
    this.#route.close()
  }

  reproduce(ids: readonly number[]): void {
    this.reproduced = ids
  }
}

/** A few images that are known beforehand. */
export function sequenceOf(ids: readonly number[]): ImageSequence {
  return {
    imageCount: ids.length,
    indexOf: (id) => (ids.includes(id) ? ids.indexOf(id) : undefined),
    load: (from, until) => Promise.resolve(ids.slice(from, until).map((id) => ({ id }))),
  }
}
