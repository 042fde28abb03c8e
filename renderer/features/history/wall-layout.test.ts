import { describe, expect, test } from 'vitest'
import { sectionsOf, WallLayout } from './wall-layout.ts'

const sections = sectionsOf([
  { day: '2026-11-21', imageCount: 5 },
  { day: '2026-11-20', imageCount: 1 },
  { day: '2026-11-18', imageCount: 4 },
])
// rows: day 0-2 3-4 | day 5 | day 6-8 9
const wall = new WallLayout(sections, 3)

describe('rows', () => {
  test('a heading a day, then its lines; keys do not depend on other days', () => {
    expect(wall.rows.map(({ key }) => key)).toEqual([
      '2026-11-21',
      '2026-11-21/0',
      '2026-11-21/1',
      '2026-11-20',
      '2026-11-20/0',
      '2026-11-18',
      '2026-11-18/0',
      '2026-11-18/1',
    ])
    expect(wall.imageCount).toBe(10)
  })

  test('from an image to its row and back', () => {
    expect([0, 2, 3, 4, 5, 6, 8, 9].map((index) => wall.rowOf(index))).toEqual([1, 1, 2, 2, 4, 6, 6, 7])
    expect([0, 1, 2].map((section) => wall.rowOfSection(section))).toEqual([0, 3, 5])
    expect(wall.imagesOf(2, 4)).toEqual([3, 6])
    expect(wall.imagesOf(3, 3)).toEqual([0, 0])
  })

  test('where rows begin', () => {
    const heights = { dayPx: 40, linePx: 100 }
    expect(wall.rows.map((_, row) => wall.offsetOf(row, heights))).toEqual([0, 40, 140, 240, 280, 380, 420, 520])
  })

  test('without days there are no headings', () => {
    const flat = new WallLayout(sectionsOf([{ day: '', imageCount: 4 }]), 3)
    expect(flat.rows.map(({ kind }) => kind)).toEqual(['images', 'images'])
    expect(flat.rowOf(3)).toBe(1)
    expect(flat.rowOfSection(0)).toBe(0)
  })

  test('nothing at all', () => {
    const empty = new WallLayout([], 3)
    expect([empty.imageCount, empty.rowOf(0), empty.move(0, 'down'), empty.move(0, 'end')]).toEqual([0, 0, 0, 0])
  })
})

describe('arrow keys', () => {
  test.each([
    [2, 'right', 3],
    [5, 'left', 4],
    [9, 'right', 9],
    [0, 'left', 0],
    [2, 'down', 4],
    [4, 'down', 5],
    [5, 'down', 6],
    [8, 'up', 5],
    [1, 'up', 1],
    [9, 'down', 9],
    [7, 'line-end', 8],
    [4, 'line-start', 3],
    [4, 'end', 9],
  ] as const)('from %i %s to %i', (from, direction, to) => {
    expect(wall.move(from, direction)).toBe(to)
  })
})
