import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_VALUES, readNames, readNumbers, readSeeds, readSizes, readTexts } from './axis-values.ts'

const whole = { min: 1, max: 100, isWhole: true }
const any = { min: 0, max: 100, isWhole: false }

test.each([
  ['5, 7.5, 10', [5, 7.5, 10]],
  ['10-30 (+5)', [10, 15, 20, 25, 30]],
  ['30-10 (-10)', [30, 20, 10]],
  ['1-3', [1, 2, 3]],
  ['0-1 (+0.1)', [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]],
  ['1-2 [5]', [1, 1.25, 1.5, 1.75, 2]],
  ['1..3; 7\n9', [1, 2, 3, 7, 9]],
  ['5-5 (+1), 5', [5]],
  ['10-14 (+3)', [10, 13]],
])('%s', (text, values) => {
  expect(readNumbers(text, any)).toEqual({ values })
})

test('whole numbers stay whole', () => {
  expect(readNumbers('10-20 [4]', whole)).toEqual({ values: [10, 13, 17, 20] })
  expect(readNumbers('5.5', whole)).toEqual({ problem: { kind: 'out-of-range', found: '5.5', min: 1, max: 100 } })
})

test.each([
  ['', 'no-value'],
  ['x', 'bad-value'],
  ['-5', 'bad-value'],
  ['1e3', 'bad-value'],
  ['5-', 'bad-value'],
  ['1-5 (+0)', 'bad-value'],
  ['101', 'out-of-range'],
  ['1-99 (+0.1)', 'too-many'],
  ['0-99999999 (+0.000001)', 'too-many'],
])('%j is refused: %s', (text, kind) => {
  expect(readNumbers(text, any).problem?.kind).toBe(kind)
})

test('seeds keep all digits', () => {
  expect(readSeeds('1-3, 18446744073709551615')).toEqual({ values: [1n, 2n, 3n, 18446744073709551615n] })
  expect(readSeeds('0-18446744073709551615').problem?.kind).toBe('too-many')
  for (const text of ['18446744073709551616', '3-1', 'x']) expect(readSeeds(text).problem?.kind).toBe('bad-value')
})

test('sizes', () => {
  const range = { min: 8, max: 1_024 }
  expect(readSizes('512x768, 64', range)).toEqual({
    values: [
      { widthPx: 512, heightPx: 768 },
      { widthPx: 64, heightPx: 64 },
    ],
  })
  expect(readSizes('512 × 4096', range).problem?.kind).toBe('out-of-range')
  expect(readSizes('512x', range).problem?.kind).toBe('bad-value')
})

test('names in any spelling', () => {
  expect(readNames('Euler a, DDIM', ['euler_a', 'ddim'])).toEqual({ values: ['euler_a', 'ddim'] })
  expect(readNames('heun', ['ddim']).problem).toEqual({ kind: 'bad-value', found: 'heun' })
})

test.each([
  ['cat, dog , fish', ['cat', 'dog', 'fish']],
  ['"a cat, asleep", dog', ['a cat, asleep', 'dog']],
  ['"say ""hi""", x', ['say "hi"', 'x']],
  ['blur, noise\ncartoon\n""', ['blur, noise', 'cartoon', '']],
  ['cat, ""', ['cat', '']],
])('texts: %j', (text, values) => {
  expect(readTexts(text)).toEqual({ values })
})

test('whatever is typed is read or refused, in no time', () => {
  const unit = fc.constantFrom('1', '0', '.', '-', ',', '(', '+', ')', '[', ']', '"', 'x', '\n', ' ')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
      for (const read of [
        readNumbers(text, any),
        readSeeds(text),
        readSizes(text, { min: 1, max: 9 }),
        readTexts(text),
      ]) {
        if (read.problem === undefined) expect(read.values.length).toBeLessThanOrEqual(MAX_VALUES)
      }
    }),
  )
  const begun = performance.now()
  for (const text of ['"'.repeat(100_000), ','.repeat(100_000), '1-'.repeat(50_000), '"a"'.repeat(30_000)]) {
    readTexts(text)
    readNumbers(text, any)
  }
  expect(performance.now() - begun).toBeLessThan(3_000)
})
