import { expect, test } from 'vitest'
import { hasFewValues } from './bounded-json.ts'

test.each([
  ['{}', 1, true],
  ['[{},{}]', 4, true],
  ['[{},{}]', 3, false],
  [JSON.stringify({ prompt: '[[[,,,{"\\\\' }), 1, true],
  [JSON.stringify(['\\', ',', '\\"']), 3, true],
  ['["without an end,,,,', 1, true],
])('%s with at most %i values: %s', (json, maxValues, isFew) => {
  expect(hasFewValues(json, maxValues)).toBe(isFew)
})

test('sixty megabytes are looked through faster than anybody notices', () => {
  const begun = performance.now()
  expect(hasFewValues('{},'.repeat(20_000_000), 2_000_000)).toBe(false)
  // quotes and backslashes have no end that is looked for again and again
  expect(hasFewValues(`"${'\\\\'.repeat(5_000_000)}"`, 1)).toBe(true)
  expect(hasFewValues('""'.repeat(5_000_000), 1)).toBe(true)
  expect(performance.now() - begun).toBeLessThan(3_000)
})
