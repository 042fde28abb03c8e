/** Where the wall is looked at: how wide its tiles are, what is in view, and what stays in place when it is laid anew. */
import { tick, untrack } from 'svelte'
import type { HistoryState, Renewal } from './history-state.svelte.ts'
import type { WallLayout } from './wall-layout.ts'

const GAP_PX = 6
export const DAY_PX = 44
const PADDING_PX = 16
/** Faster than this pictures are not asked for, pixels a millisecond. */
const PASSING_SPEED = 4
const PASSING_MS = 120
/** As good as at the top. */
const TOP_PX = 8

export class WallView {
  readonly #history: HistoryState
  readonly #tilePx: () => number
  #shownLayout: WallLayout | undefined
  #passingTimer: ReturnType<typeof setTimeout> | undefined
  #last = { offset: 0, timeMs: 0 }
  scroller = $state<HTMLElement>()
  widthPx = $state(0)
  heightPx = $state(0)
  /** What is above the view, px. */
  offset = $state(0)
  /** It flies past: pictures can wait. */
  isPassing = $state(false)
  readonly #innerPx = $derived(Math.max(this.widthPx - 2 * PADDING_PX, 100))
  readonly columns = $derived.by(() => Math.max(2, Math.round((this.#innerPx + GAP_PX) / (this.#tilePx() + GAP_PX))))
  readonly cellPx = $derived(Math.floor((this.#innerPx - GAP_PX * (this.columns - 1)) / this.columns))
  readonly heights = $derived({ dayPx: DAY_PX, linePx: this.cellPx + GAP_PX })
  readonly layout = $derived.by(() => this.#history.layout)
  readonly totalPx = $derived(this.layout.offsetOf(this.layout.rows.length, this.heights))
  /** A wall of its own for each search and each width: then all heights are known from the start. */
  readonly key = $derived.by(() => `${this.#history.searchCount} ${this.columns} ${this.cellPx}`)

  /** In a component. @param tilePx about so wide is a tile */
  constructor(history: HistoryState, tilePx: () => number) {
    this.#history = history
    this.#tilePx = tilePx
    $effect.pre(() => {
      this.#follow()
    })
    this.#comeBack({ scrollTopPx: history.scrollTopPx, columns: history.columns, index: history.firstVisible })
    // what is in view is loaded first
    $effect(() => {
      if (this.heightPx === 0) return
      history.look(...this.layout.imagesOf(this.#rowAt(this.offset), this.#rowAt(this.offset + this.heightPx)))
    })
    $effect(() => {
      const { renewal } = history
      untrack(() => {
        this.#stay(renewal)
      })
    })
  }

  /** Of all rows, for a wall that begins; `key` says when one does. */
  get sizes(): number[] {
    return untrack(() => this.layout.rows.map(({ kind }) => (kind === 'day' ? DAY_PX : this.heights.linePx)))
  }

  /** Lines in view, less one. */
  get page(): number {
    return Math.max(Math.floor(this.heightPx / this.heights.linePx) - 1, 1)
  }

  scrollTo(px: number): void {
    if (this.scroller !== undefined) this.scroller.scrollTop = px
  }

  jumpTo(index: number, align: 'nearest' | 'start' = 'nearest'): void {
    const { layout, heights, scroller } = this
    if (scroller === undefined) return
    const row = layout.rowOf(index)
    const isFirstOfDay = layout.rows[row - 1]?.kind === 'day'
    const top = layout.offsetOf(row, heights) - (isFirstOfDay ? DAY_PX : 0)
    const bottom = layout.offsetOf(row, heights) + heights.linePx + GAP_PX
    if (align === 'start' || top < scroller.scrollTop) scroller.scrollTop = top
    else if (bottom > scroller.scrollTop + this.heightPx) scroller.scrollTop = bottom - this.heightPx
  }

  scrolled(): void {
    const now = { offset: this.scroller!.scrollTop, timeMs: performance.now() }
    const speed = Math.abs(now.offset - this.#last.offset) / Math.max(now.timeMs - this.#last.timeMs, 1)
    this.#last = now
    this.offset = now.offset
    const history = this.#history
    history.scrollTopPx = now.offset
    history.isAtTop = now.offset < TOP_PX
    if (history.isAtTop && history.heldBack > 0) void history.refresh()
    if (speed < PASSING_SPEED && !this.isPassing) return
    this.isPassing = true
    clearTimeout(this.#passingTimer)
    this.#passingTimer = setTimeout(() => (this.isPassing = false), PASSING_MS)
  }

  /** From another panel: as soon as there are rows, to where it was left. */
  #comeBack(left: { scrollTopPx: number; columns: number; index: number }): void {
    let isBack = left.scrollTopPx === 0
    $effect(() => {
      if (isBack || this.widthPx === 0 || this.heightPx === 0) return
      isBack = true
      const { columns } = this
      void tick().then(() => {
        if (columns === left.columns) this.scrollTo(left.scrollTopPx)
        else this.jumpTo(left.index, 'start')
      })
    })
  }

  /** More or fewer columns: the first image in view stays there. */
  #follow(): void {
    const anchor = untrack(() => (this.offset > 0 ? this.#firstVisible() : undefined))
    if (this.widthPx === 0 || this.columns === untrack(() => this.#history.columns)) return
    this.#history.columns = this.columns
    if (anchor === undefined) return
    void tick().then(() => {
      this.jumpTo(anchor, 'start')
    })
  }

  /** Images came or went above: the one that was in view stays where it was. A new search begins at the top. */
  #stay(renewal: Renewal): void {
    const { layout, heights, scroller } = this
    const { isAtTop } = this.#history
    const before = this.#shownLayout
    this.#shownLayout = layout
    if (scroller === undefined) return
    if (renewal.kind === 'search') scroller.scrollTop = 0
    else if (before !== undefined && !isAtTop && renewal.to + renewal.from > 0) {
      const moved =
        layout.offsetOf(layout.rowOf(renewal.to), heights) - before.offsetOf(before.rowOf(renewal.from), heights)
      const next = scroller.scrollTop + moved
      void tick().then(() => {
        this.scrollTo(next)
      })
    }
  }

  #firstVisible(): number {
    return this.#history.layout.imagesOf(this.#rowAt(this.offset), this.#rowAt(this.offset + this.heightPx))[0]
  }

  #rowAt(px: number): number {
    const { layout, heights } = this
    let [low, high] = [0, Math.max(layout.rows.length - 1, 0)]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (layout.offsetOf(middle, heights) <= px) low = middle
      else high = middle - 1
    }
    return low
  }
}
