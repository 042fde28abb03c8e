import { expect, test } from 'vitest'
import { parseExact, stringifyExact } from './exact-json.ts'

test('bigints are written as exact integers', () => {
  expect(stringifyExact({ seed: 2n ** 64n - 1n, nested: [0n, -3n] })).toBe(
    '{"seed":18446744073709551615,"nested":[0,-3]}',
  )
})

test('everything else is as JSON.stringify writes it', () => {
  const value = { a: 'ü\n"', b: [1.5, null, true], c: undefined, d: { e: 1e21 } }
  expect(stringifyExact(value)).toBe(JSON.stringify(value))
})

test('integers beyond 2^53 are read as the text that they are, and nothing else changes', () => {
  expect(parseExact('{"seed": 9007199254740993, "a": [-9007199254740992, 1e20, 9007199254740991, "1", 0.5]}')).toEqual({
    seed: '9007199254740993',
    a: ['-9007199254740992', 1e20, 9007199254740991, '1', 0.5],
  })
})
