/** What each key of the search takes, for people. */
import * as m from '#renderer/paraglide/messages.js'
import type { SearchKey } from './search-tokens.ts'

const HINTS: Readonly<Record<SearchKey, () => string>> = {
  model: m.history_key_model,
  sampler: m.history_key_sampler,
  seed: m.history_key_seed,
  size: m.history_key_size,
  after: m.history_key_after,
  before: m.history_key_before,
  on: m.history_key_on,
  is: m.history_key_is,
  origin: m.history_key_origin,
  tag: m.history_key_tag,
  collection: m.history_key_collection,
  rating: m.history_key_rating,
  sort: m.history_key_sort,
}

export function keyHint(key: SearchKey): string {
  return HINTS[key]()
}
