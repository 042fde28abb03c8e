/** Columns of text for people. */
import { terminalSafe } from './terminal-safe.ts'

const GAP = '  '
const MAX_CELL = 1_000
/** Takes two columns of a terminal: CJK, Hangul, fullwidth forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u

interface TableOptions {
  /** Of the terminal; the last column is cut to fit. None: nothing is cut. */
  columns?: number | undefined
  /** Least widths, for a table that is printed in parts. */
  widths?: readonly number[]
}

/** Columns as wide as their widest cell, two spaces apart. */
export function formatTable(rows: readonly (readonly string[])[], { columns, widths = [] }: TableOptions = {}): string {
  const cells = rows.map((row) => row.map((cell) => terminalSafe(cell, MAX_CELL)))
  const wide = (cells[0] ?? []).map((_, at) => Math.max(widths[at] ?? 0, ...cells.map((row) => textWidth(row[at]))))
  return cells
    .map((row) => {
      const line = row.map((cell, at) => cell + ' '.repeat(wide[at] - textWidth(cell))).join(GAP)
      return fit(line.trimEnd(), columns)
    })
    .join('\n')
}

/** At most so many columns, with … for what is left out. */
function fit(text: string, columns: number | undefined): string {
  if (columns === undefined || textWidth(text) <= columns) return text
  let width = 0
  let shown = ''
  for (const character of text) {
    width += textWidth(character)
    if (width > columns - 1) break
    shown += character
  }
  return `${shown}…`
}

function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += WIDE.test(character) ? 2 : 1
  return width
}
