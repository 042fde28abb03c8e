import { expect, test } from 'vitest'
import { addNoiseHint, fixedNoise, mixAt, stepsRun } from './noise-hint.ts'

test('signal and noise keep unit variance, and noise grows with the strength', () => {
  const mixes = [0, 0.1, 0.5, 0.8, 1].map(mixAt)
  for (const { signal, noise } of mixes) expect(signal ** 2 + noise ** 2).toBeCloseTo(1)
  expect(mixes[0]).toEqual({ signal: 1, noise: 0 })
  // what is left of the picture at Stable Diffusion's last training step
  expect(mixes.at(-1)!.signal ** 2).toBeCloseTo(0.00466, 5)
  const amounts = mixes.map(({ noise }) => noise)
  expect(amounts).toEqual(amounts.toSorted((a, b) => a - b))
})

test('the noise is normal, and the same each time', () => {
  const noise = fixedNoise(30_000)
  const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length
  const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length
  expect(mean).toBeCloseTo(0, 1)
  expect(variance).toBeCloseTo(1, 1)
  expect(fixedNoise(30_000)).toEqual(noise)
})

test('without strength the picture stays; with it transparency does', () => {
  const rgba = Uint8ClampedArray.of(0, 128, 255, 255, 10, 20, 30, 40)
  expect(addNoiseHint(rgba, fixedNoise(6), 0)).toEqual(rgba)
  const mixed = addNoiseHint(rgba, fixedNoise(6), 0.8)
  expect(mixed).not.toEqual(rgba)
  expect([mixed[3], mixed[7]]).toEqual([255, 40])
})

test('steps as the engine counts them', () => {
  expect(stepsRun(20, 0.6)).toBe(12)
  expect(stepsRun(49, 1 / 49)).toBe(0)
})
