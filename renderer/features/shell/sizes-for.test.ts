import { expect, test } from 'vitest'
import { sizesFor } from './sizes-for.ts'

const text = (...args: Parameters<typeof sizesFor>): string[] =>
  sizesFor(...args).map(({ width, height }) => `${width} × ${height}`)

test('its own, twice as large, and longer in both directions', () => {
  expect(text({ widthPx: 512, heightPx: 512 }, 8)).toEqual([
    '512 × 512',
    '1024 × 1024',
    '512 × 768',
    '768 × 512',
    '512 × 680',
    '680 × 512',
  ])
})

test('each once, and multiples of what the model needs', () => {
  expect(text({ widthPx: 64, heightPx: 64 }, 64)).toEqual(['64 × 64', '128 × 128', '64 × 128', '128 × 64'])
  expect(text({ widthPx: 8, heightPx: 8 }, 64)).toEqual(['64 × 64', '64 × 128', '128 × 64'])
})
