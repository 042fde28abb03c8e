/** Prompts of other programs have a language of their own in them; here a prompt is plain text. */

/** `<lora:name:0.8>` and its relatives, also SwarmUI's. */
const TAG = /<(lora|lyco|hypernet|embed|embedding|wildcard|random|segment|object|region|preset):([^<>]{1,300})>/gi
/** `(word:1.2)`, `((word))`, `[word]`, `(word)1.2`, `word++`; not what is escaped. */
const WEIGHT = /(?<!\\)[()[\]]|\w\+\+|\w--(?!-)/
/** Several prompts in one. */
const PARTS = /\bBREAK\b|\bAND\b/

const MAX_TAGS = 20

export interface PromptLanguage {
  /** The tags as they are, and what each is of: "lora". */
  readonly tags: readonly { readonly kind: string; readonly text: string }[]
  /** What of it means something there and nothing here; absent for plain text. */
  readonly note: string | undefined
}

export function promptLanguage(text: string): PromptLanguage {
  const tags = [...text.matchAll(TAG)]
    .slice(0, MAX_TAGS)
    .map(([tag, kind]) => ({ kind: kind.toLowerCase(), text: tag }))
  const notes = [
    ...(tags.length > 0 ? ['tags such as <lora:…> are plain text here'] : []),
    ...(WEIGHT.test(text) ? ['brackets and signs that weigh words are plain text here'] : []),
    ...(PARTS.test(text) ? ['AND and BREAK are plain words here'] : []),
  ]
  return { tags, note: notes.length === 0 ? undefined : notes.join('; ') }
}
