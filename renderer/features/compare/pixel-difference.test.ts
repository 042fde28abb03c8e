import { expect, test } from 'vitest'
import { pixelDifference } from './pixel-difference.ts'

const one = new Uint8ClampedArray([10, 20, 30, 255, 0, 0, 0, 255])

test('channels apart, made stronger, opaque', () => {
  const other = new Uint8ClampedArray([10, 23, 29, 255, 0, 0, 200, 255])
  const { pixels, differingPixels, maxDifference } = pixelDifference(one, other, 4)
  expect([...pixels]).toEqual([0, 12, 4, 255, 0, 0, 255, 255])
  expect([differingPixels, maxDifference]).toEqual([2, 200])
})

test('the same is black', () => {
  const { pixels, differingPixels } = pixelDifference(one, one, 16)
  expect([...pixels]).toEqual([0, 0, 0, 255, 0, 0, 0, 255])
  expect(differingPixels).toBe(0)
})
