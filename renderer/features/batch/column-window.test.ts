// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { ColumnWindow } from './column-window.svelte.ts'

test.each([1_280, 800])('in a window of %i px all columns in view are drawn, and few others', (widthPx) => {
  Object.assign(window, { innerWidth: widthPx })
  dispatchEvent(new Event('resize'))
  const columns = new ColumnWindow()
  const pitchPx = columns.cellPx + 8
  for (let scrollLeft = 0; scrollLeft < 1_000 * pitchPx; scrollLeft += 97) {
    columns.look({ scrollLeft, clientWidth: widthPx })
    const { from, until } = columns.of(1_000)
    expect(from * pitchPx).toBeLessThanOrEqual(scrollLeft)
    expect(until).toBeGreaterThanOrEqual(Math.min(1_000, Math.ceil((scrollLeft + widthPx) / pitchPx)))
    expect(until - from).toBeLessThan(28)
  }
})

test('a few columns are drawn wherever the grid is', () => {
  const columns = new ColumnWindow()
  columns.look({ scrollLeft: 900, clientWidth: 300 })
  expect(columns.of(20)).toEqual({ from: 0, until: 20 })
})
