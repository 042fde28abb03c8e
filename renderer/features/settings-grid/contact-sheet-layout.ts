/**
 * Where everything stands on a contact sheet: a title with what all images share, then a table of images for each value
 * of the third axis, with its values at rows and columns. Pixels of the finished picture.
 */

/** WebP's largest side; canvases take one more. */
const MAX_SIDE_PX = 16_383
/** What browsers still make into a file, 4 bytes each. */
const MAX_AREA_PX = 64_000_000
/** Smaller images say nothing. */
const MIN_CELL_PX = 24

export interface SheetContent {
  readonly title: string
  /** What all images share, one after another. */
  readonly facts: readonly string[]
  /** Names of the axes, for the corner. */
  readonly columnsName: string
  readonly rowsName: string
  readonly columns: readonly string[]
  readonly sheets: readonly { readonly label: string; readonly rows: readonly string[] }[]
  /** Of the largest image. */
  readonly cellWidthPx: number
  readonly cellHeightPx: number
}

export interface PlacedText {
  readonly text: string
  readonly x: number
  /** Of the middle of its line. */
  readonly y: number
  readonly fontPx: number
  readonly weight: 400 | 600
  readonly align: 'left' | 'center'
  readonly isDim?: boolean
}

export interface PlacedImageCell {
  readonly sheet: number
  readonly row: number
  readonly column: number
  readonly x: number
  readonly y: number
}

export interface SheetLayout {
  readonly widthPx: number
  readonly heightPx: number
  readonly cellWidthPx: number
  readonly cellHeightPx: number
  /** Below 1 where the images are made smaller so that all of it fits. */
  readonly scale: number
  readonly texts: readonly PlacedText[]
  readonly cells: readonly PlacedImageCell[]
}

/** Width of a text in pixels. */
export type Measure = (text: string, fontPx: number, weight: 400 | 600) => number

/** @returns undefined if it is too large for any browser, whatever the size of its images */
export function layoutContactSheet(content: SheetContent, measure: Measure): SheetLayout | undefined {
  let scale = 1
  for (let attempt = 0; attempt < 20; attempt++) {
    const layout = layoutAt(content, measure, scale)
    const { widthPx, heightPx } = layout
    const excess = Math.max(
      widthPx / MAX_SIDE_PX,
      heightPx / MAX_SIDE_PX,
      Math.sqrt((widthPx * heightPx) / MAX_AREA_PX),
    )
    if (excess <= 1) return layout
    scale /= Math.max(excess, 1.02)
    if (Math.min(content.cellWidthPx, content.cellHeightPx) * scale < MIN_CELL_PX) return undefined
  }
  return undefined
}

function layoutAt(content: SheetContent, measure: Measure, scale: number): SheetLayout {
  const cellWidthPx = Math.max(1, Math.round(content.cellWidthPx * scale))
  const cellHeightPx = Math.max(1, Math.round(content.cellHeightPx * scale))
  // letters grow with the images, so that a large sheet can be read as a whole
  const fontPx = Math.round(Math.min(40, Math.max(13, cellWidthPx / 16)))
  const gapPx = Math.round(fontPx / 2)
  const marginPx = fontPx * 2
  const linePx = Math.round(fontPx * 1.5)
  const texts: PlacedText[] = []
  const cells: PlacedImageCell[] = []

  const rowLabels = content.sheets.flatMap(({ rows }) => rows)
  const hasRowLabels = rowLabels.some((label) => label !== '') || content.rowsName !== ''
  const widest = Math.max(0, ...[...rowLabels, content.rowsName].map((label) => measure(label, fontPx, 600)))
  const labelWidthPx = hasRowLabels ? Math.ceil(Math.min(widest, fontPx * 16)) + gapPx * 2 : 0
  const gridWidthPx = content.columns.length * (cellWidthPx + gapPx) - gapPx
  const innerPx = Math.max(labelWidthPx + gridWidthPx, fontPx * 24)
  const left = marginPx + labelWidthPx

  let y = marginPx
  const put = (text: string, fields: Partial<PlacedText> = {}): void => {
    texts.push({ text, x: marginPx, y: y + linePx / 2, fontPx, weight: 400, align: 'left', ...fields })
  }
  const titlePx = Math.round(fontPx * 1.4)
  for (const line of wrap(content.title, innerPx, 3, (text) => measure(text, titlePx, 600))) {
    put(line, { fontPx: titlePx, weight: 600 })
    y += Math.round(titlePx * 1.4)
  }
  for (const line of wrap(content.facts.join('  ·  '), innerPx, 4, (text) => measure(text, fontPx, 400))) {
    put(line, { isDim: true })
    y += linePx
  }
  const hasColumnLabels = content.columns.some((label) => label !== '')
  content.sheets.forEach((sheet, sheetIndex) => {
    y += linePx
    if (sheet.label !== '') {
      put(
        fitted(sheet.label, innerPx, (text) => measure(text, titlePx, 600)),
        { fontPx: titlePx, weight: 600 },
      )
      y += Math.round(titlePx * 1.6)
    }
    if (content.columnsName !== '') {
      put(content.columnsName, { x: left, isDim: true })
      if (!hasColumnLabels) y += linePx
    }
    if (hasRowLabels && content.rowsName !== '' && !hasColumnLabels) put(content.rowsName, { isDim: true })
    if (hasColumnLabels) {
      if (content.columnsName !== '') y += linePx
      if (content.rowsName !== '') put(content.rowsName, { isDim: true })
      content.columns.forEach((label, column) => {
        const x = left + column * (cellWidthPx + gapPx) + cellWidthPx / 2
        put(
          fitted(label, cellWidthPx, (text) => measure(text, fontPx, 600)),
          { x, align: 'center', weight: 600 },
        )
      })
      y += linePx + Math.round(gapPx / 2)
    }
    sheet.rows.forEach((label, row) => {
      const lines = wrap(label, labelWidthPx - gapPx * 2, Math.max(1, Math.floor(cellHeightPx / linePx)), (text) =>
        measure(text, fontPx, 600),
      )
      const top = y + (cellHeightPx - lines.length * linePx) / 2
      lines.forEach((line, index) => {
        texts.push({
          ...{ text: line, x: marginPx, y: top + (index + 0.5) * linePx },
          ...{ fontPx, weight: 600, align: 'left' },
        })
      })
      for (let column = 0; column < content.columns.length; column++) {
        cells.push({ sheet: sheetIndex, row, column, x: left + column * (cellWidthPx + gapPx), y })
      }
      y += cellHeightPx + gapPx
    })
  })
  return {
    widthPx: Math.ceil(innerPx + 2 * marginPx),
    heightPx: Math.ceil(y - gapPx + marginPx),
    ...{ cellWidthPx, cellHeightPx, scale, texts, cells },
  }
}

/** By words, to so many lines; what is left over ends in "…". */
function wrap(text: string, widthPx: number, maxLines: number, width: (text: string) => number): string[] {
  const lines: string[] = []
  const words = text.split(/\s+/).filter((word) => word !== '')
  while (words.length > 0 && lines.length < maxLines) {
    let line = words.shift()!
    while (words.length > 0 && width(`${line} ${words[0]}`) <= widthPx) line += ` ${words.shift()!}`
    const isLast = lines.length === maxLines - 1 && words.length > 0
    lines.push(fitted(isLast ? `${line} …` : line, widthPx, width))
  }
  return lines
}

/** Cut to a width, with "…" at the end. */
function fitted(text: string, widthPx: number, width: (text: string) => number): string {
  if (width(text) <= widthPx) return text
  let [fits, tooLong] = [0, text.length]
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2)
    if (width(`${text.slice(0, middle)}…`) <= widthPx) fits = middle
    else tooLong = middle
  }
  return `${text.slice(0, fits)}…`
}
