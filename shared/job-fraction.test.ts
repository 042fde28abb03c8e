import { expect, test } from 'vitest'
import { jobFraction } from './job-fraction.ts'

const half = { itemsFinished: 1, itemCount: 4, itemIds: [2, 3], step: 10, stepsPerImage: 20 }

test('steps of all images in hand count', () => {
  expect(jobFraction(half)).toBe(0.5)
})

test('the bar never goes back: denoised images count as before while they are decoded, one after another', () => {
  const denoised = { ...half, step: 20 }
  const oneDecoded = { ...denoised, itemsFinished: 2, itemIds: [3] }
  expect([denoised, oneDecoded].map(jobFraction)).toEqual([0.75, 0.75])
})

test('before anything is known nothing is done, and there is never more than all', () => {
  expect(jobFraction({ itemsFinished: 0, itemCount: 0, itemIds: [1], step: 0, stepsPerImage: 0 })).toBe(0)
  expect(jobFraction({ itemsFinished: 4, itemCount: 4, itemIds: [4], step: 20, stepsPerImage: 20 })).toBe(1)
})
