import { expect, test } from 'vitest'
import { layoutContactSheet, type SheetContent } from './contact-sheet-layout.ts'

/** Each letter is half as wide as it is high. */
const measure = (text: string, fontPx: number): number => (text.length * fontPx) / 2
const content = (changes: Partial<SheetContent> = {}): SheetContent => ({
  title: 'a cat in a garden',
  facts: ['Starter', 'euler', 'seed 7'],
  ...{ columnsName: 'Steps', rowsName: 'Guidance', columns: ['5', '10', '20'] },
  sheets: [
    { label: 'ddim', rows: ['3', '7.5'] },
    { label: 'euler', rows: ['3', '7.5'] },
  ],
  ...{ cellWidthPx: 128, cellHeightPx: 96 },
  ...changes,
})

test('a place for each image, none over another, all on the sheet', () => {
  const { cells, texts, widthPx, heightPx, cellWidthPx, cellHeightPx, scale } = layoutContactSheet(content(), measure)!
  expect([cells.length, cellWidthPx, cellHeightPx, scale]).toEqual([12, 128, 96, 1])
  for (const [index, a] of cells.entries()) {
    expect(a.x + cellWidthPx).toBeLessThan(widthPx)
    expect(a.y + cellHeightPx).toBeLessThan(heightPx)
    for (const b of cells.slice(index + 1)) {
      expect(Math.abs(a.x - b.x) >= cellWidthPx || Math.abs(a.y - b.y) >= cellHeightPx).toBe(true)
    }
  }
  // texts beside the images, not on them
  for (const { y, x, fontPx } of texts) {
    const covered = cells.some((cell) => y > cell.y - fontPx / 2 && y < cell.y + cellHeightPx && x >= cell.x)
    expect(covered).toBe(false)
  }
})

test('values stand at their columns and rows, each sheet under the other', () => {
  const { cells, texts, cellWidthPx, cellHeightPx } = layoutContactSheet(content(), measure)!
  const at = (sheet: number, row: number, column: number) =>
    cells.find((cell) => cell.sheet === sheet && cell.row === row && cell.column === column)!
  expect(texts.find(({ text }) => text === '20')!.x).toBe(at(0, 0, 2).x + cellWidthPx / 2)
  expect(texts.find(({ text }) => text === '7.5')!.y).toBe(at(0, 1, 0).y + cellHeightPx / 2)
  expect(texts.find(({ text }) => text === 'euler')!.y).toBeGreaterThan(at(0, 1, 0).y + cellHeightPx)
  expect(texts.find(({ text }) => text === 'euler')!.y).toBeLessThan(at(1, 0, 0).y)
  expect(texts.map(({ text }) => text)).toEqual(expect.arrayContaining(['Steps', 'Guidance', 'a cat in a garden']))
})

test('a sheet without rows or columns of its own has no room for their names', () => {
  const { cells, widthPx } = layoutContactSheet(
    content({ rowsName: '', sheets: [{ label: '', rows: [''] }] }),
    measure,
  )!
  expect(cells).toHaveLength(3)
  expect(cells[0].x).toBe(26)
  expect(widthPx).toBe(3 * 128 + 2 * 7 + 2 * 26)
})

test('long texts are cut, not drawn over the next', () => {
  const long = 'very '.repeat(200)
  const { texts, widthPx, cellWidthPx } = layoutContactSheet(
    content({ title: long, columns: [long, 'b'], sheets: [{ label: long, rows: [long] }] }),
    measure,
  )!
  for (const { text, fontPx, align } of texts) {
    expect(measure(text, fontPx)).toBeLessThanOrEqual(align === 'center' ? cellWidthPx : widthPx)
  }
  expect(texts.some(({ text }) => text.endsWith('…'))).toBe(true)
})

test('what is too large for a canvas gets smaller images; what stays too large is refused', () => {
  const columns = Array.from({ length: 40 }, (_, index) => String(index))
  const rows = Array.from({ length: 25 }, (_, index) => String(index))
  const big = content({ columns, sheets: [{ label: '', rows }], cellWidthPx: 1_024, cellHeightPx: 1_024 })
  const layout = layoutContactSheet(big, measure)!
  expect(layout.scale).toBeLessThan(1)
  expect(layout.widthPx * layout.heightPx).toBeLessThanOrEqual(64_000_000)
  expect(Math.max(layout.widthPx, layout.heightPx)).toBeLessThanOrEqual(16_383)
  const sheets = Array.from({ length: 1_000 }, () => ({ label: 'x', rows: ['y'] }))
  expect(layoutContactSheet(content({ sheets }), measure)).toBeUndefined()
})
