/** The tokens of a search as the contract's filter. What a token cannot mean is told, and the others still hold. */
import type { ContractClient } from '#shared/contract/contract.ts'
import { HISTORY_ORIGINS, type HistorySort } from '#shared/history.ts'
import { SCHEDULERS } from '#shared/names.ts'
import { parseDate, type DateSpan } from './search-date.ts'
import { parseSearch, textOf, type SearchKey } from './search-tokens.ts'

/** As calls take it: seeds are text. */
export type WireFilter = NonNullable<Parameters<ContractClient['history']['page']>[0]['filter']>

/** What names can be looked up in. */
export interface SearchNames {
  readonly models: readonly { readonly name: string; readonly hash: string }[]
  readonly tags: readonly { readonly id: number; readonly name: string }[]
  readonly collections: readonly { readonly id: number; readonly name: string }[]
}

export interface SearchProblem {
  readonly key: SearchKey
  readonly value: string
}

export interface Search {
  readonly filter: WireFilter
  readonly sort: HistorySort
  /** Tokens that say nothing that can be looked for. */
  readonly problems: readonly SearchProblem[]
}

const SORTS: readonly HistorySort[] = ['newest', 'oldest', 'rating']
const FULL_HASH = /^[0-9a-f]{64}$/
/** More do not fit into a filter. */
const MAX_SEED_DIGITS = 20
const MAX_TAGS = 20

type Change = { filter?: WireFilter; sort?: HistorySort } | undefined

export function parseFilter(search: string, names: SearchNames, now: Date): Search {
  const tokens = parseSearch(search)
  const text = textOf(tokens)
  let filter: WireFilter = text === '' ? {} : { text: text.slice(0, 1000) }
  let sort: HistorySort = 'newest'
  const problems: SearchProblem[] = []
  for (const { key, value } of tokens) {
    if (key === undefined) continue
    const change = meaningOf(key, value, names, now)
    if (change === undefined) {
      problems.push({ key, value })
      continue
    }
    const tagIds = [...(filter.tagIds ?? []), ...(change.filter?.tagIds ?? [])].slice(0, MAX_TAGS)
    filter = { ...filter, ...change.filter, ...(tagIds.length > 0 && { tagIds }) }
    sort = change.sort ?? sort
  }
  return { filter, sort, problems }
}

function meaningOf(key: SearchKey, value: string, names: SearchNames, now: Date): Change {
  const lower = value.toLowerCase()
  switch (key) {
    case 'model':
      return modelFilter(lower, names.models)
    case 'sampler': {
      const scheduler = SCHEDULERS.find((name) => name === lower.replaceAll(' ', '_'))
      return scheduler && { filter: { scheduler } }
    }
    case 'seed':
      return seedFilter(value)
    case 'size':
      return sizeFilter(lower)
    case 'after':
      return dateFilter(value, now, ({ fromMs }) => ({ createdFromMs: fromMs }))
    case 'before':
      return dateFilter(value, now, ({ fromMs }) => ({ createdToMs: fromMs - 1 }))
    case 'on':
      return dateFilter(value, now, ({ fromMs, toMs }) => ({ createdFromMs: fromMs, createdToMs: toMs }))
    case 'is':
      return stateFilter(lower)
    case 'origin': {
      const origin = HISTORY_ORIGINS.find((name) => name === lower)
      return origin && { filter: { origin } }
    }
    case 'tag': {
      const tag = named(names.tags, lower)
      return tag && { filter: { tagIds: [tag.id] } }
    }
    case 'collection': {
      const collection = named(names.collections, lower)
      return collection && { filter: { collectionId: collection.id } }
    }
    case 'rating':
      return /^[0-5]$/.test(value) ? { filter: { minRating: Number(value) } } : undefined
    case 'sort': {
      const sort = SORTS.find((name) => name === lower)
      return sort && { sort }
    }
  }
}

/** The whole name before its beginning, that before any part of it; or the hash, or how it begins. */
function modelFilter(value: string, models: SearchNames['models']): Change {
  if (FULL_HASH.test(value)) return { filter: { modelHash: value } }
  if (value === '') return undefined
  const usable = models.filter(({ hash }) => hash !== '')
  const found =
    named(usable, value) ??
    usable.find(({ name }) => name.toLowerCase().startsWith(value)) ??
    usable.find(({ name }) => name.toLowerCase().includes(value)) ??
    (value.length >= 6 ? usable.find(({ hash }) => hash.startsWith(value)) : undefined)
  return found && { filter: { modelHash: found.hash } }
}

/** `42`, or `10..20`. */
function seedFilter(value: string): Change {
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(value)
  const [from, to] = [match?.[1], match?.[2]]
  if (from === undefined || Math.max(from.length, to?.length ?? 0) > MAX_SEED_DIGITS) return undefined
  return { filter: to === undefined ? { seed: from } : { seedFrom: from, seedTo: to } }
}

/** `512x768`, `512` for both, `512x` and `x768` for one of them. */
function sizeFilter(value: string): Change {
  const match = /^(\d{1,5})?(?:([x×])(\d{1,5})?)?$/u.exec(value)
  if (match === null || value === '' || /^[x×]$/u.test(value)) return undefined
  const [, width, cross, height] = match as unknown as (string | undefined)[]
  const widthPx = width === undefined ? undefined : Number(width)
  const heightPx = height === undefined ? (cross === undefined ? widthPx : undefined) : Number(height)
  return { filter: { ...(widthPx !== undefined && { widthPx }), ...(heightPx !== undefined && { heightPx }) } }
}

function dateFilter(value: string, now: Date, bounds: (span: DateSpan) => WireFilter): Change {
  const span = parseDate(value, now)
  return span && { filter: bounds(span) }
}

function stateFilter(value: string): Change {
  if (/^fav(ou?rites?)?$/.test(value)) return { filter: { favourite: true } }
  if (value === 'trashed') return { filter: { trashed: true } }
  if (value === 'rated') return { filter: { minRating: 1 } }
  if (value === 'text-to-image' || value === 'image-to-image') return { filter: { kind: value } }
  return undefined
}

function named<Item extends { readonly name: string }>(items: readonly Item[], lower: string): Item | undefined {
  return items.find(({ name }) => name.toLowerCase() === lower)
}
