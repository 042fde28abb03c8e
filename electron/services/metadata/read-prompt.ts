/** Prompts of other programs have a language of their own in them; here a prompt is plain text. */
import type { Reading } from './reading.ts'

/** `<lora:name:0.8>` and its relatives, also SwarmUI's `<lora:name//…>`. */
const TAG = /<(lora|lyco|hypernet|embed|embedding|wildcard|random|segment|object|region|preset):([^<>]{1,300})>/gi
/** `(word:1.2)`, `((word))`, `[word]`, `(word)1.2`, `word++`; not what is escaped. */
const WEIGHT = /(?<!\\)[()[\]]|\w\+\+|\w--(?!-)/
/** Several prompts in one. */
const PARTS = /\bBREAK\b|\bAND\b/

const MAX_TAGS = 20

/** Exact for plain text, mapped otherwise; tags are listed one by one. */
export function addPrompt(reading: Reading, name: 'prompt' | 'negativePrompt', text: string): void {
  const tags = [...text.matchAll(TAG)].slice(0, MAX_TAGS)
  for (const [tag, kind] of tags) {
    reading.other(kind.toLowerCase(), tag, 'there is nothing like it here: the image was made with more than the model')
  }
  const notes = [
    ...(tags.length > 0 ? ['tags such as <lora:…> are plain text here'] : []),
    ...(WEIGHT.test(text) ? ['brackets and signs that weigh words are plain text here'] : []),
    ...(PARTS.test(text) ? ['AND and BREAK are plain words here'] : []),
  ]
  if (notes.length === 0) reading.exact(name, text)
  else reading.mapped(name, text, notes.join('; '))
}
