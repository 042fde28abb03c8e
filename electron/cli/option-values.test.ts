import { describe, expect, test } from 'vitest'
import { decimal, integer, repeated, seed, sizeInBytes } from './option-values.ts'

function refusal(parse: () => unknown): string {
  try {
    return String(parse())
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('seeds', () => {
  test.each([
    ['0', 0n],
    ['18446744073709551615', 2n ** 64n - 1n],
    ['007', 7n],
    ['+5', 5n],
  ])('%s', (text, value) => {
    expect(seed(text)).toBe(value)
  })

  test.each([
    ['18446744073709551616', 'seed-out-of-range'],
    ['-1', 'seed-out-of-range'],
    ['9'.repeat(1_000_000), 'seed-out-of-range'],
    ['1.5', 'invalid-argument'],
    ['0x10', 'invalid-argument'],
    ['', 'invalid-argument'],
    ['seven', 'invalid-argument'],
  ])('%.20s is refused', (text, code) => {
    expect(refusal(() => seed(text))).toBe(code)
  })
})

describe('sizes', () => {
  const parse = sizeInBytes('--max-memory')

  test.each([
    ['1000', 1000],
    ['512M', 512 * 2 ** 20],
    ['4G', 4 * 2 ** 30],
    ['1.5GiB', 1.5 * 2 ** 30],
    ['2 gb', 2e9],
    ['64kib', 65_536],
    ['100B', 100],
  ])('%s', (text, bytes) => {
    expect(parse(text)).toBe(bytes)
  })

  test.each(['0', '-1G', '4X', 'G', '', '1e3', '9999999T'])('%s is refused', (text) => {
    expect(refusal(() => parse(text))).toBe('invalid-argument')
  })
})

describe('numbers', () => {
  test('integers say their range', () => {
    const parse = integer('--threads', { min: 1, max: 8 })
    expect(parse('8')).toBe(8)
    expect(() => parse('9')).toThrow('--threads takes an integer from 1 to 8, not "9"')
    expect(refusal(() => integer('--steps', { min: 1 }, 'steps-out-of-range')('0'))).toBe('steps-out-of-range')
    expect(refusal(() => integer('--steps', { min: 1 }, 'steps-out-of-range')('ten'))).toBe('invalid-argument')
  })

  test('decimals are decimal, and finite', () => {
    const parse = decimal('--guidance', 'a number, 0 or more', (value) => value >= 0)
    expect([parse('7.5'), parse('.5'), parse('1e1')]).toEqual([7.5, 0.5, 10])
    for (const text of ['NaN', 'Infinity', '1e999', '0x1', '', ' ', '-1', '7,5']) {
      expect(refusal(() => parse(text))).toBe('invalid-argument')
    }
  })

  test('repeated options are collected', () => {
    const parse = repeated(seed)
    expect(parse('2', parse('1'))).toEqual([1n, 2n])
  })
})
