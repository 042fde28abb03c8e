import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readWindowState, saneBounds, writeWindowState } from './window-state.ts'

const dir = mkdtempSync(join(tmpdir(), 'reprise-window-'))
const path = join(dir, 'window.json')
afterAll(() => {
  rmSync(dir, { recursive: true })
})

describe('the file', () => {
  test('comes back as it was written', () => {
    const state = { bounds: { x: -5, y: 7, width: 900, height: 700 }, isMaximized: true, isFullScreen: false }
    writeWindowState(path, state)
    expect(readWindowState(path)).toEqual(state)
  })

  test.each(['', '{', '{"bounds":{"x":"1"}}', '{"bounds":null,"isMaximized":1}'])('%j is none', (text) => {
    writeFileSync(path, text)
    expect(readWindowState(path)).toBeUndefined()
  })

  test('is not worth an error', () => {
    writeWindowState(join(dir, 'missing', 'window.json'), {
      bounds: { x: 0, y: 0, width: 1, height: 1 },
      isMaximized: false,
      isFullScreen: false,
    })
  })
})

describe('bounds', () => {
  const primary = { x: 0, y: 25, width: 1_440, height: 875 }
  const right = { x: 1_440, y: 0, width: 1_920, height: 1_080 }
  const saved = { x: 1_500, y: 40, width: 1_200, height: 800 }

  test('stay where they were, on the display they were on', () => {
    expect(saneBounds(saved, [primary, right])).toEqual(saved)
  })

  test('of a display that is gone: the size stays, the system finds the place', () => {
    expect(saneBounds(saved, [primary])).toEqual({ width: 1_200, height: 800 })
  })

  test('are never larger than the display', () => {
    expect(saneBounds({ x: 0, y: 30, width: 5_000, height: 5_000 }, [primary])).toEqual({
      x: 0,
      y: 30,
      width: 1_440,
      height: 875,
    })
  })

  test.each([
    ['above the display', { ...saved, x: 10, y: -300 }],
    ['below it', { ...saved, x: 10, y: 890 }],
    ['but a sliver to the left of it', { ...saved, x: -1_150, y: 40 }],
  ])('%s cannot be taken hold of', (_where, bounds) => {
    expect(saneBounds(bounds, [primary])).not.toHaveProperty('x')
  })

  test('of the first start fit on a small display', () => {
    expect(saneBounds(undefined, [{ x: 0, y: 0, width: 1_024, height: 600 }])).toEqual({ width: 1_024, height: 600 })
  })
})
