/**
 * Where each image of the history is on the wall. How many images each day has is known before any of them is loaded,
 * so that every row has its place from the start, and a hundred thousand images scroll like a hundred.
 */
export interface Section {
  /** The day, `2026-11-21`; empty where the order is not that of time. */
  readonly day: string
  /** Of its first image, counted over the whole history. */
  readonly firstIndex: number
  readonly imageCount: number
}

export interface DayCount {
  readonly day: string
  readonly imageCount: number
}

/** A day's heading, or the images of a line. `key` stays when images come or go elsewhere. */
export type WallRow =
  | { readonly kind: 'day'; readonly key: string; readonly section: Section }
  | { readonly kind: 'images'; readonly key: string; readonly firstIndex: number; readonly imageCount: number }

export interface RowHeights {
  readonly dayPx: number
  readonly linePx: number
}

export type Direction = 'left' | 'right' | 'up' | 'down' | 'start' | 'end' | 'line-start' | 'line-end'

/** @param days in the order of the wall */
export function sectionsOf(days: readonly DayCount[]): Section[] {
  let firstIndex = 0
  return days.map(({ day, imageCount }) => {
    const section = { day, firstIndex, imageCount }
    firstIndex += imageCount
    return section
  })
}

export class WallLayout {
  readonly rows: readonly WallRow[]
  readonly imageCount: number
  readonly columns: number
  readonly sections: readonly Section[]
  /** Row of each section's first image. */
  readonly #firstRows: readonly number[]

  constructor(sections: readonly Section[], columns: number) {
    const rows: WallRow[] = []
    const firstRows: number[] = []
    for (const section of sections) {
      const { day, firstIndex, imageCount } = section
      if (day !== '') rows.push({ kind: 'day', key: day, section })
      firstRows.push(rows.length)
      for (let at = 0; at < imageCount; at += columns) {
        const count = Math.min(columns, imageCount - at)
        rows.push({ kind: 'images', key: `${day}/${at / columns}`, firstIndex: firstIndex + at, imageCount: count })
      }
    }
    this.rows = rows
    this.#firstRows = firstRows
    this.sections = sections
    this.columns = columns
    const last = sections.at(-1)
    this.imageCount = last === undefined ? 0 : last.firstIndex + last.imageCount
  }

  /** The last section that begins at or before an image. */
  sectionIndexOf(index: number): number {
    let [low, high] = [0, this.sections.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.sections[middle].firstIndex <= index) low = middle
      else high = middle - 1
    }
    return low
  }

  rowOf(index: number): number {
    if (this.sections.length === 0) return 0
    const section = this.sectionIndexOf(index)
    return this.#firstRows[section] + Math.floor((index - this.sections[section].firstIndex) / this.columns)
  }

  /** The heading's row. */
  rowOfSection(sectionIndex: number): number {
    return this.#firstRows[sectionIndex] - (this.sections[sectionIndex].day === '' ? 0 : 1)
  }

  /** Where a row begins if all before it have these heights, px. */
  offsetOf(row: number, { dayPx, linePx }: RowHeights): number {
    if (this.sections.length === 0) return 0
    let [low, high] = [0, this.sections.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.rowOfSection(middle) < row) low = middle
      else high = middle - 1
    }
    // headings of this section and those before it, if the row is behind them
    const headings = this.sections[0].day === '' || row === 0 ? 0 : low + 1
    return headings * dayPx + (row - headings) * linePx
  }

  /** Images of a span of rows, headings left out: from the first up to and without the last. */
  imagesOf(fromRow: number, toRow: number): [from: number, until: number] {
    let [from, until] = [this.imageCount, 0]
    for (const row of this.rows.slice(fromRow, toRow + 1)) {
      if (row.kind === 'day') continue
      from = Math.min(from, row.firstIndex)
      until = Math.max(until, row.firstIndex + row.imageCount)
    }
    return from < until ? [from, until] : [0, 0]
  }

  /** Where an arrow key leads; up and down keep the column as far as the line there is long enough. */
  move(index: number, direction: Direction): number {
    const last = this.imageCount - 1
    if (direction === 'left') return Math.max(index - 1, 0)
    if (direction === 'right') return Math.min(index + 1, last)
    if (direction === 'start') return 0
    if (direction === 'end') return Math.max(last, 0)
    const row = this.rows[this.rowOf(index)]
    if (this.imageCount === 0 || row.kind !== 'images') return index
    if (direction === 'line-start') return row.firstIndex
    if (direction === 'line-end') return row.firstIndex + row.imageCount - 1
    const next = this.#imagesRow(this.rowOf(index), direction === 'up' ? -1 : 1)
    return next === undefined ? index : next.firstIndex + Math.min(index - row.firstIndex, next.imageCount - 1)
  }

  #imagesRow(from: number, step: number): Extract<WallRow, { kind: 'images' }> | undefined {
    for (let row = from + step; row >= 0 && row < this.rows.length; row += step) {
      const found = this.rows[row]
      if (found.kind === 'images') return found
    }
    return undefined
  }
}
