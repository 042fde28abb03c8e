import { expect, test } from 'vitest'
import { stringifyExact } from './exact-json.ts'

test('bigints are written as exact integers', () => {
  expect(stringifyExact({ seed: 2n ** 64n - 1n, nested: [0n, -3n] })).toBe(
    '{"seed":18446744073709551615,"nested":[0,-3]}',
  )
})

test('everything else is as JSON.stringify writes it', () => {
  const value = { a: 'ü\n"', b: [1.5, null, true], c: undefined, d: { e: 1e21 } }
  expect(stringifyExact(value)).toBe(JSON.stringify(value))
})
