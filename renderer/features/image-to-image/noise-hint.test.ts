import { expect, test } from 'vitest'
import { addNoiseHint, fixedNoise } from './noise-hint.ts'

test('the noise is normal, and the same each time', () => {
  const noise = fixedNoise(30_000)
  const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length
  const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length
  expect(mean).toBeCloseTo(0, 1)
  expect(variance).toBeCloseTo(1, 1)
  expect(fixedNoise(30_000)).toEqual(noise)
})

test('without noise the picture stays; with it transparency does', () => {
  const rgba = Uint8ClampedArray.of(0, 128, 255, 255, 10, 20, 30, 40)
  expect(addNoiseHint(rgba, fixedNoise(6), { signal: 1, noise: 0 })).toEqual(rgba)
  const mixed = addNoiseHint(rgba, fixedNoise(6), { signal: 0.6, noise: 0.8 })
  expect(mixed).not.toEqual(rgba)
  expect([mixed[3], mixed[7]]).toEqual([255, 40])
})
