import { describe, expect, it } from 'vitest'
import { imageToImageBeginIndex } from './image-to-image-begin.ts'

describe('imageToImageBeginIndex', () => {
  it.each([
    [50, 0.8, 10],
    [50, 0.3, 35],
    [10, 0.15, 9],
    [20, 1, 0],
    [3, 0.7, 1],
    // 100 · 0.29 is 28.999…96 in double: int() takes 28
    [100, 0.29, 72],
  ])('leaves out of %i steps at strength %s the first %i', (steps, strength, expected) => {
    expect(imageToImageBeginIndex(steps, strength)).toBe(expected)
  })

  it.each([0, 0.01, -0.5, 1.01, Number.NaN])('refuses strength %s of 50 steps', (strength) => {
    expect(() => imageToImageBeginIndex(50, strength)).toThrow(
      expect.objectContaining({
        code: 'strength-out-of-range',
        data: { strength, numInferenceSteps: 50, min: 0.02, max: 1 },
      }),
    )
  })

  it('names a least strength that works, for any number of steps', () => {
    for (let steps = 1; steps <= 1000; steps++) {
      let least: unknown
      try {
        imageToImageBeginIndex(steps, 0)
      } catch (error) {
        least = (error as { data: { min: number } }).data.min
      }
      expect(imageToImageBeginIndex(steps, least as number)).toBeLessThan(steps)
    }
  })
})
