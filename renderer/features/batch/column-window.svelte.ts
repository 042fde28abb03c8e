/** How wide the columns of the grid are, and which are in view: with a thousand seeds only those are drawn. */
import { innerWidth } from 'svelte/reactivity/window'

const CELL_PX = 128
/** In windows that are narrower than `NARROW_PX`. */
const NARROW_CELL_PX = 104
const NARROW_PX = 900
/** Between cells: --space-2. */
const GAP_PX = 8
/** Drawn on either side; scrolling by less changes nothing. */
const SPARE = 4
/** Fewer are drawn in any case. */
const FEW = 24

export class ColumnWindow {
  readonly cellPx = $derived((innerWidth.current ?? NARROW_PX) < NARROW_PX ? NARROW_CELL_PX : CELL_PX)
  #first = $state(0)
  #count = $state(FEW)

  /** @param scroller what moves the columns */
  look({ scrollLeft, clientWidth }: Pick<HTMLElement, 'scrollLeft' | 'clientWidth'>): void {
    const pitchPx = this.cellPx + GAP_PX
    this.#first = Math.floor(scrollLeft / pitchPx / SPARE) * SPARE
    this.#count = Math.ceil(clientWidth / pitchPx)
  }

  of(columnCount: number): { from: number; until: number } {
    if (columnCount <= FEW) return { from: 0, until: columnCount }
    const from = Math.max(0, Math.min(this.#first - SPARE, columnCount - 1))
    return { from, until: Math.min(columnCount, this.#first + this.#count + 2 * SPARE) }
  }
}
