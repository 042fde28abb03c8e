/**
 * What is typed into the history's search field, in tokens: `castle "at dawn" -snow model:starter seed:42`.
 * A word before a colon that is no key stays text: prompts have colons of their own.
 */
export const SEARCH_KEYS = [
  'model',
  'sampler',
  'seed',
  'size',
  'after',
  'before',
  'on',
  'is',
  'origin',
  'tag',
  'collection',
  'rating',
  'sort',
] as const
export type SearchKey = (typeof SEARCH_KEYS)[number]

export interface SearchToken {
  /** Absent: text. */
  readonly key: SearchKey | undefined
  /** Without quotes; text as it was typed. */
  readonly value: string
  /** Where it stands in the search. */
  readonly from: number
  readonly to: number
}

const TOKEN = /([a-z]+):(?:"([^"]*)"?|(\S*))|-?"[^"]*"?|\S+/giu

export function parseSearch(search: string): SearchToken[] {
  return [...search.matchAll(TOKEN)].map((match) => {
    const [all, name, quoted, bare] = match as unknown as (string | undefined)[]
    const key = SEARCH_KEYS.find((known) => known === name?.toLowerCase())
    const place = { from: match.index, to: match.index + match[0].length }
    return key === undefined ? { key, value: all ?? '', ...place } : { key, value: quoted ?? bare ?? '', ...place }
  })
}

/** The words alone, as the history's full-text search takes them. */
export function textOf(tokens: readonly SearchToken[]): string {
  return tokens
    .filter(({ key }) => key === undefined)
    .map(({ value }) => value)
    .join(' ')
}

export function writeToken(key: SearchKey, value: string): string {
  return /[\s"]/u.test(value) ? `${key}:"${value.replaceAll('"', '')}"` : `${key}:${value}`
}

export function hasToken(search: string, key: SearchKey, value?: string): boolean {
  return parseSearch(search).some((token) => token.key === key && (value === undefined || isSame(token.value, value)))
}

/** Several tags and states (`is:`) can stand side by side; of anything else there is one. */
export function withToken(search: string, key: SearchKey, value: string): string {
  const isAdded = key === 'tag' || key === 'is'
  const rest = withoutToken(search, key, isAdded ? value : undefined)
  return [rest, writeToken(key, value)].filter((part) => part !== '').join(' ')
}

/** @param value absent: whatever it is */
export function withoutToken(search: string, key: SearchKey, value?: string): string {
  return parseSearch(search)
    .filter((token) => token.key !== key || (value !== undefined && !isSame(token.value, value)))
    .map(({ from, to }) => search.slice(from, to))
    .join(' ')
}

export function toggleToken(search: string, key: SearchKey, value: string): string {
  return hasToken(search, key, value) ? withoutToken(search, key, value) : withToken(search, key, value)
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
