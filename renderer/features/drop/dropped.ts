/** What was dropped, or is about to be: told by names and types alone, before any of it is read. */

export type DroppedKind = 'picture' | 'prompts' | 'other'

/** What can be told while it still hangs over the window: types, but no names yet. */
export interface Hovering {
  readonly pictures: number
  readonly prompts: number
  readonly others: number
}

const PICTURE_TYPES = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/tiff', 'image/avif'])
const PICTURE_NAMES = /\.(png|jpe?g|jfif|webp|gif|tiff?|avif)$/i
const PROMPT_TYPES = /^text\/(plain|csv|tab-separated-values)$|^application\/(json|jsonl|x-ndjson)$/
const PROMPT_NAMES = /\.(txt|csv|tsv|jsonl|ndjson)$/i

/** @param name empty while it hangs: systems know no type for some, such as .jsonl */
export function kindOf({ type, name }: { readonly type: string; readonly name: string }): DroppedKind {
  if (PICTURE_TYPES.has(type) || PICTURE_NAMES.test(name)) return 'picture'
  if (PROMPT_TYPES.test(type) || PROMPT_NAMES.test(name)) return 'prompts'
  return 'other'
}

/** Files only: text and links that are dragged about within a page are none of ours. */
export function hovering(items: Iterable<{ readonly kind: string; readonly type: string }>): Hovering {
  const counts = { pictures: 0, prompts: 0, others: 0 }
  for (const { kind, type } of items) {
    if (kind !== 'file') continue
    const what = kindOf({ type, name: '' })
    if (what === 'picture') counts.pictures += 1
    else if (what === 'prompts') counts.prompts += 1
    else counts.others += 1
  }
  return counts
}

export function sorted<F extends { readonly type: string; readonly name: string }>(
  files: Iterable<F>,
): { pictures: F[]; prompts: F[]; others: F[] } {
  const byKind = Object.groupBy(files, kindOf)
  return { pictures: byKind.picture ?? [], prompts: byKind.prompts ?? [], others: byKind.other ?? [] }
}
