import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ownSize, placePicture } from './place-picture.ts'

const picture = { widthPx: 300, heightPx: 200 }
const square = { widthPx: 128, heightPx: 128 }

test('crop covers, fill fits inside, both in the middle as the engine rounds it', () => {
  expect(placePicture(picture, square, 'stretch')).toEqual({ left: 0, top: 0, width: 128, height: 128 })
  expect(placePicture(picture, square, 'crop')).toEqual({ left: -32, top: 0, width: 192, height: 128 })
  expect(placePicture(picture, square, 'fill')).toEqual({ left: 0, top: 22, width: 128, height: 85 })
  expect(placePicture({ widthPx: 200, heightPx: 300 }, square, 'crop')).toEqual({
    left: 0,
    top: -32,
    width: 128,
    height: 192,
  })
  expect(placePicture({ widthPx: 200, heightPx: 300 }, square, 'fill')).toMatchObject({ left: 22, width: 85 })
})

test('the same proportions: nothing is cut or added', () => {
  for (const mode of ['stretch', 'crop', 'fill'] as const) {
    expect(placePicture({ widthPx: 256, heightPx: 256 }, square, mode)).toEqual({
      left: 0,
      top: 0,
      width: 128,
      height: 128,
    })
  }
})

test('a line of pixels cannot be fitted inside', () => {
  expect(placePicture({ widthPx: 1000, heightPx: 1 }, square, 'fill')).toBeUndefined()
})

test('whatever the sizes, crop leaves no gap of a pixel or more on the side that it fits', () => {
  const size = fc.record({ widthPx: fc.integer({ min: 8, max: 3000 }), heightPx: fc.integer({ min: 8, max: 3000 }) })
  fc.assert(
    fc.property(size, size, (from, to) => {
      const box = placePicture(from, to, 'crop')!
      expect(box.width === to.widthPx || box.height === to.heightPx).toBe(true)
      expect(box.left).toBeLessThanOrEqual(0)
      expect(box.top).toBeLessThanOrEqual(0)
    }),
  )
})

test('its own size, rounded down to what the model takes', () => {
  expect(ownSize({ widthPx: 131, heightPx: 128 }, 8)).toEqual({ widthPx: 128, heightPx: 128 })
  expect(ownSize({ widthPx: 3, heightPx: 20 }, 8)).toEqual({ widthPx: 8, heightPx: 16 })
})
