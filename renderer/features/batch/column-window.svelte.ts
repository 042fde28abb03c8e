/** Which columns of a wide grid are in view: with a thousand seeds only those are drawn. */

/** Of a cell and the gap behind it, at least: too many columns do no harm. */
const PITCH_PX = 112
const SPARE = 4
/** Fewer are drawn in any case. */
const FEW = 24

export class ColumnWindow {
  #first = $state(0)
  #count = $state(FEW)

  /** @param scroller what moves the columns */
  look(scroller: HTMLElement): void {
    const { scrollLeft, clientWidth } = scroller
    // by steps, so that most scrolling changes nothing
    this.#first = Math.floor(scrollLeft / (PITCH_PX * 1.3) / SPARE) * SPARE
    this.#count = Math.ceil(clientWidth / PITCH_PX)
  }

  of(columnCount: number): { from: number; until: number } {
    if (columnCount <= FEW) return { from: 0, until: columnCount }
    const from = Math.max(0, Math.min(this.#first - SPARE, columnCount - 1))
    return { from, until: Math.min(columnCount, this.#first + this.#count + 3 * SPARE) }
  }
}
