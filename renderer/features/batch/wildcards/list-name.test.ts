import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WILDCARD_NAME } from '#shared/contract/wildcards.ts'
import { listLines, toListName } from './list-name.ts'

test.each([
  ['animals', 'animals'],
  ['art/style_two', 'art/style_two'],
  ['__my__list__', 'my_list'],
  ['a|b{c}', 'a-b-c-'],
  ['  ', 'list'],
  ['', 'list'],
  ['taken', 'taken 2'],
])('%s becomes %s', (text, name) => {
  expect(toListName(text, ['taken'], 'list')).toBe(name)
})

test('whatever is typed, there is a name for it', () => {
  const text = fc.string({ unit: fc.constantFrom('_', ' ', 'a', 'é', '-', '{', '/'), maxLength: 90 })
  fc.assert(
    fc.property(text, fc.array(text), (typed, taken) => {
      const name = toListName(typed, taken, 'list')
      expect(name).toMatch(WILDCARD_NAME)
      expect(taken).not.toContain(name)
      expect(toListName(name, taken, 'list')).toBe(name)
    }),
  )
})

test('one entry a line', () => {
  expect(listLines(' cat \r\n\n{a|b}\rdog')).toEqual(['cat', '{a|b}', 'dog'])
})
