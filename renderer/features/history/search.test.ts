import { describe, expect, test } from 'vitest'
import { parseFilter, type SearchNames } from './search-filter.ts'
import { suggest } from './search-suggestions.ts'
import { hasToken, parseSearch, textOf, toggleToken, withoutToken, withToken } from './search-tokens.ts'

const HASH = 'ab'.repeat(32)
const names: SearchNames = {
  models: [
    { name: 'starter-xl', hash: HASH },
    { name: 'starter', hash: 'c'.repeat(64) },
    { name: 'broken', hash: '' },
  ],
  tags: [
    { id: 1, name: 'keep' },
    { id: 2, name: 'For the book' },
  ],
  collections: [{ id: 7, name: 'Best' }],
}
const now = new Date(2026, 10, 21, 13, 0)
const filterOf = (search: string): unknown => parseFilter(search, names, now).filter

describe('tokens', () => {
  test('words, phrases and colons of prompts stay text', () => {
    const search = 'castle "at  dawn" -snow (gold:1.2) ratio:3 model:starter'
    expect(textOf(parseSearch(search))).toBe('castle "at  dawn" -snow (gold:1.2) ratio:3')
  })

  test('set, replaced, added, taken away, with quotes where they are needed', () => {
    expect(withToken('castle', 'tag', 'For the book')).toBe('castle tag:"For the book"')
    expect(withToken('tag:keep castle', 'tag', 'later')).toBe('tag:keep castle tag:later')
    expect(withToken('seed:1 castle', 'seed', '2')).toBe('castle seed:2')
    expect(withoutToken('tag:keep tag:"For the book"', 'tag', 'for the book')).toBe('tag:keep')
    expect(toggleToken(toggleToken('a', 'is', 'favourite'), 'is', 'favourite')).toBe('a')
    expect(hasToken('IS:Favourite', 'is', 'favourite')).toBe(true)
  })
})

describe('filters', () => {
  test.each<[string, unknown]>([
    ['', {}],
    ['red house', { text: 'red house' }],
    ['model:starter', { modelHash: 'c'.repeat(64) }],
    ['model:xl', { modelHash: HASH }],
    ['model:ababab', { modelHash: HASH }],
    [`model:${'0'.repeat(64)}`, { modelHash: '0'.repeat(64) }],
    ['sampler:EULER_A', { scheduler: 'euler_a' }],
    ['seed:18446744073709551615', { seed: '18446744073709551615' }],
    ['seed:10..20', { seedFrom: '10', seedTo: '20' }],
    ['size:512x768', { widthPx: 512, heightPx: 768 }],
    ['size:512', { widthPx: 512, heightPx: 512 }],
    ['size:512x', { widthPx: 512 }],
    ['size:x768', { heightPx: 768 }],
    ['tag:keep tag:"for the book"', { tagIds: [1, 2] }],
    ['collection:best', { collectionId: 7 }],
    ['rating:4', { minRating: 4 }],
    ['origin:ComfyUI', { origin: 'comfyui' }],
    ['origin:other castle', { origin: 'other', text: 'castle' }],
    ['is:favourite is:image-to-image', { favourite: true, kind: 'image-to-image' }],
    ['is:trashed', { trashed: true }],
    ['after:2026-11', { createdFromMs: new Date(2026, 10, 1).getTime() }],
    ['before:2026-11-05', { createdToMs: new Date(2026, 10, 5).getTime() - 1 }],
    [
      'on:today',
      { createdFromMs: new Date(2026, 10, 21).getTime(), createdToMs: new Date(2026, 10, 22).getTime() - 1 },
    ],
    ['after:7d', { createdFromMs: new Date(2026, 10, 14).getTime() }],
  ])('%s', (search, filter) => {
    expect(filterOf(search)).toEqual(filter)
    expect(parseFilter(search, names, now).problems).toEqual([])
  })

  test('what means nothing is told, and the rest holds', () => {
    const bad = 'model:zebra model:broken sampler:x seed:-1 seed:123456789012345678901 size:x size:big'
    const more = 'tag:none collection:none rating:6 is:blue sort:up after:2026-13 on:2026-02-30 before:1969'
    const { filter, problems } = parseFilter(`castle ${bad} ${more}`, names, now)
    expect(filter).toEqual({ text: 'castle' })
    expect(problems).toHaveLength(15)
  })

  test('order', () => {
    expect(parseFilter('sort:oldest', names, now).sort).toBe('oldest')
    expect(parseFilter('x', names, now).sort).toBe('newest')
  })
})

describe('suggestions', () => {
  const texts = (search: string, caret = search.length): string[] =>
    suggest(search, caret, names).map((suggestion) => suggestion.search)

  test('keys, then values of the key', () => {
    expect(texts('castle mo')).toEqual(['castle model:'])
    expect(texts('model:')).toEqual(['model:starter-xl ', 'model:starter ', 'model:broken '])
    expect(texts('castle tag:b')).toEqual(['castle tag:"For the book" '])
  })

  test('names that begin so, in the middle of a search', () => {
    const [suggestion] = suggest('a ke house', 4, names)
    expect(suggestion).toMatchObject({ search: 'a tag:keep house', caret: 11 })
  })

  test('none between words, all keys in an empty field', () => {
    expect(texts('castle ')).toEqual([])
    expect(texts('')).toContain('seed:')
  })
})
