/** What lies over the panels: the viewer, a comparison, a reproduction. Any panel opens them. */
import type { ImageView } from '#shared/contract/history.ts'

/** Images one after another, as the viewer goes through them. */
export interface ImageSequence {
  readonly imageCount: number
  indexOf(id: number): number | undefined
  /** @throws {AppError} */
  load(from: number, until: number): Promise<readonly Pick<ImageView, 'id'>[]>
}

/** More do not fit side by side. */
export const MAX_COMPARED = 4

export class Overlays {
  /** The image that the viewer shows. */
  viewed = $state<number>()
  sequence = $state.raw<ImageSequence>()
  compared = $state.raw<readonly number[]>([])
  reproduced = $state.raw<readonly number[]>([])
  /** Where the page is too narrow for the inspector's column, it is a sheet. */
  isInspectorOpen = $state(false)

  /** @param sequence what next and previous lead through; absent: it stands alone */
  view(id: number, sequence?: ImageSequence): void {
    this.viewed = id
    this.sequence = sequence
  }

  compare(ids: readonly number[]): void {
    if (ids.length >= 2) this.compared = ids.slice(0, MAX_COMPARED)
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
