import { expect, test } from 'vitest'
import { startNoise, stepsRun } from './start-noise.ts'

test('signal and noise keep unit variance, and noise grows with the strength', () => {
  const mixes = [0, 0.1, 0.5, 0.8, 1].map((strength) => startNoise({ strength }))
  for (const { signal, noise } of mixes) expect(signal ** 2 + noise ** 2).toBeCloseTo(1)
  expect(mixes[0]).toEqual({ signal: 1, noise: 0 })
  // what is left of the picture at Stable Diffusion's last training step
  expect(mixes.at(-1)!.signal ** 2).toBeCloseTo(0.00466, 5)
  const amounts = mixes.map(({ noise }) => noise)
  expect(amounts).toEqual(amounts.toSorted((a, b) => a - b))
})

test('few steps make large leaps: what is not run makes no noise', () => {
  expect(startNoise({ strength: 0.2, numInferenceSteps: 4 })).toEqual({ signal: 1, noise: 0 })
  expect(startNoise({ strength: 0.24, numInferenceSteps: 4 })).toEqual({ signal: 1, noise: 0 })
})

test('steps as the engine counts them', () => {
  expect(stepsRun(20, 0.6)).toBe(12)
  expect(stepsRun(49, 1 / 49)).toBe(0)
})
