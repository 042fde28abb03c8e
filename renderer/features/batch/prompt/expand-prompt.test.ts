import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WildcardsSchema } from '#shared/contract/wildcards.ts'
import { expandPrompt, MAX_VARIANTS } from './expand-prompt.ts'

const lists = {
  animal: ['cat', '{big|small} dog'],
  scene: ['__animal__ at night', 'empty'],
  'art/style_two': ['ink'],
  loop: ['a', '__round__'],
  round: ['__loop__'],
  nothing: [],
}

test.each<[string, string[]]>([
  ['plain', ['plain']],
  ['{a|b} c', ['a c', 'b c']],
  ['{a|b}{c|d}', ['ac', 'ad', 'bc', 'bd']],
  ['{a|{b|c} d}', ['a', 'b d', 'c d']],
  ['{a|}b', ['ab', 'b']],
  ['no {group}', ['no {group}']],
  ['no {{a|b}}', ['no {a}', 'no {b}']],
  ['open {a|b', ['open {a|b']],
  ['close a|b}', ['close a|b}']],
  ['{x {a|b}', ['{x a', '{x b']],
  ['\\{a|b\\}', ['{a|b}']],
  ['{a\\|b|c}', ['a|b', 'c']],
  ['(a\\)', ['(a\\)']],
  ['a __animal__', ['a cat', 'a big dog', 'a small dog']],
  ['{__animal__|fish}', ['cat', 'big dog', 'small dog', 'fish']],
  ['__scene__', ['cat at night', 'big dog at night', 'small dog at night', 'empty']],
  ['__art/style_two__', ['ink']],
  ['\\__animal__', ['__animal__']],
  ['snake_case and __ alone', ['snake_case and __ alone']],
])('%s', (prompt, prompts) => {
  expect(expandPrompt(prompt, lists)).toEqual({ prompts, total: prompts.length })
})

test.each([
  ['__fish__', { kind: 'list-missing', list: 'fish' }],
  ['__toString__', { kind: 'list-missing', list: 'toString' }],
  ['a {b|__loop__}', { kind: 'own-part', list: 'loop' }],
  ['__nothing__', { kind: 'list-empty', list: 'nothing' }],
])('%s stands for nothing', (prompt, problem) => {
  expect(expandPrompt(prompt, lists)).toEqual({ prompts: [], total: 0, problem })
})

test('all are counted, some are written', () => {
  const { prompts, total } = expandPrompt('{a|b}'.repeat(40))
  expect([prompts.length, total]).toEqual([MAX_VARIANTS, 2 ** 40])
  expect(prompts[1]).toBe('a'.repeat(39) + 'b')
  expect(expandPrompt('{a|b}'.repeat(2_000)).total).toBe(Number.MAX_SAFE_INTEGER)
})

test('lists that double each other are refused before they are written', () => {
  const doubling = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`l${i}`, [`__l${i + 1}____l${i + 1}__`]]))
  const problem = { kind: 'too-long' }
  expect(expandPrompt('__l1__', { ...doubling, l16: ['x'.repeat(10)] })).toMatchObject({ problem })
  const deep = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`l${i}`, [`__l${i + 1}__`]]))
  expect(expandPrompt('__l0__', { ...deep, l40: ['x'] }).problem?.kind).toBe('own-part')
})

test('a long text of braces takes no time', () => {
  const begun = performance.now()
  for (const text of ['{', '{a|', '}', '{}', '__', '\\', '{__a']) expandPrompt(text.repeat(50_000))
  expect(performance.now() - begun).toBeLessThan(5_000)
})

test('any text is read, and without signs of ours stands for itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{', '|', '}', '\\', '_', 'a') }), (text) => {
      const { prompts, total } = expandPrompt(text, { a: ['x'] })
      expect(prompts).toHaveLength(Math.min(total, MAX_VARIANTS))
    }),
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/[{}\\]|__/.test(text))
      expect(expandPrompt(text).prompts).toEqual([text])
    }),
  )
})

test('names of lists are what a prompt can name', () => {
  for (const name of ['animal', 'a b', 'art/style_two', 'é1']) {
    expect(WildcardsSchema.safeParse({ [name]: ['x'] }).success).toBe(true)
    expect(expandPrompt(`__${name}__`, { [name]: ['x'] }).prompts).toEqual(['x'])
  }
  for (const name of ['', '_a', 'a_', 'a__b', '{a}', 'x'.repeat(65)]) {
    expect(WildcardsSchema.safeParse(Object.fromEntries([[name, ['x']]])).success).toBe(false)
  }
})
