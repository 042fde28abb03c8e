import { expect, test } from 'vitest'
import { verdictGrade } from './verdict-grade.ts'

test.each([
  ['bit-exact', null, null, 'bit-exact'],
  ['failed', null, null, 'failed'],
  ['different', null, null, 'not-measured'],
  ['different', 1, null, 'different'],
  ['different', 2, 50, 'same-to-the-eye'],
  ['different', 3, 50, 'close'],
  ['different', 2, 49.9, 'close'],
  ['different', 90, 35, 'close'],
  ['different', 90, 34.9, 'different'],
] as const)('%s, %s of 255, %s dB: %s', (outcome, maxDifference, psnrDb, grade) => {
  expect(verdictGrade({ outcome, maxDifference, psnrDb })).toBe(grade)
})
