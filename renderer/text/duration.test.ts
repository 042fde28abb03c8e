import { expect, test } from 'vitest'
import { formatAbout, formatDuration } from './duration.ts'

test('what was measured is told to the second', () => {
  expect([400, 41_200, 127_000, 3_849_000].map(formatDuration)).toEqual(['0\u00a0s', '41\u00a0s', '2:07', '1:04:09'])
})

test('what is guessed is told as a person would', () => {
  const minutes = [0.5, 0.999, 12.4, 59.8, 95, 40 * 60 + 17, 72 * 60].map((count) => count * 60_000)
  expect(minutes.map(formatAbout)).toEqual([
    '30\u00a0s',
    '1 min',
    '12 min',
    '1 hour',
    '1.5 hours',
    '40 hours',
    '3 days',
  ])
})
