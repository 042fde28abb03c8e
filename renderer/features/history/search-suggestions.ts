/** What may be meant by the word at the caret: keys, and the values of a key that was begun. */
import { HISTORY_ORIGINS } from '#shared/history.ts'
import { SCHEDULERS } from '#shared/names.ts'
import type { SearchNames } from './search-filter.ts'
import { parseSearch, SEARCH_KEYS, writeToken, type SearchKey } from './search-tokens.ts'

export interface SearchSuggestion {
  readonly key: SearchKey
  /** Absent: the key alone, its value is still to come. */
  readonly value: string | undefined
  /** The search with it, and where the caret is then. */
  readonly search: string
  readonly caret: number
}

const MAX_SUGGESTIONS = 8

export function suggest(search: string, caret: number, names: SearchNames): SearchSuggestion[] {
  const token = parseSearch(search).find(({ from, to }) => from < caret && caret <= to)
  const [from, to] = token === undefined ? [caret, caret] : [token.from, token.to]
  const place = (key: SearchKey, value: string | undefined): SearchSuggestion => {
    const written = value === undefined ? `${key}:` : `${writeToken(key, value)} `
    return {
      key,
      value,
      search: search.slice(0, from) + written + search.slice(to).replace(/^ /, ''),
      caret: from + written.length,
    }
  }
  if (token?.key !== undefined) {
    const { key } = token
    const begun = token.value.toLowerCase()
    return valuesOf(key, names)
      .filter((value) => value.toLowerCase().includes(begun) && value.toLowerCase() !== begun)
      .slice(0, MAX_SUGGESTIONS)
      .map((value) => place(key, value))
  }
  const begun = token?.value.toLowerCase() ?? ''
  const keys = SEARCH_KEYS.filter((key) => key.startsWith(begun)).map((key) => place(key, undefined))
  if (begun.length < 2) return begun === '' && search.trim() !== '' ? [] : keys
  const values = (['tag', 'collection', 'model', 'sampler', 'is'] as const).flatMap((key) =>
    valuesOf(key, names)
      .filter((value) => value.toLowerCase().startsWith(begun))
      .map((value) => place(key, value)),
  )
  return [...keys, ...values].slice(0, MAX_SUGGESTIONS)
}

function valuesOf(key: SearchKey, names: SearchNames): readonly string[] {
  switch (key) {
    case 'model':
      return names.models.map(({ name }) => name)
    case 'sampler':
      return SCHEDULERS
    case 'tag':
      return names.tags.map(({ name }) => name)
    case 'collection':
      return names.collections.map(({ name }) => name)
    case 'is':
      return ['favourite', 'rated', 'text-to-image', 'image-to-image', 'trashed']
    case 'origin':
      return HISTORY_ORIGINS
    case 'rating':
      return ['5', '4', '3', '2', '1']
    case 'sort':
      return ['newest', 'oldest', 'rating']
    case 'after':
    case 'before':
    case 'on':
      return ['today', 'yesterday', '7d', '30d']
    case 'seed':
    case 'size':
      return []
  }
}
