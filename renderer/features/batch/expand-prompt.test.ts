import { expect, test } from 'vitest'
import { expandPrompt, MAX_VARIANTS } from './expand-prompt.ts'

test.each<[string, string[]]>([
  ['plain', ['plain']],
  ['{a|b} c', ['a c', 'b c']],
  ['{a|b}{c|d}', ['ac', 'ad', 'bc', 'bd']],
  ['{a|{b|c} d}', ['a', 'b d', 'c d']],
  ['{a|}b', ['ab', 'b']],
  ['no {group}', ['no {group}']],
  ['open {a|b', ['open {a|b']],
  ['close a|b}', ['close a|b}']],
  ['{x {a|b}', ['{x a', '{x b']],
])('%s', (prompt, prompts) => {
  expect(expandPrompt(prompt)).toEqual(prompts)
})

test('has an end', () => {
  expect(expandPrompt('{a|b}'.repeat(40))).toHaveLength(MAX_VARIANTS)
})
