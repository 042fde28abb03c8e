/**
 * Tokens that are looked for in the text itself before it is divided into words: '<|endoftext|>' typed into a prompt
 * is one token. As `AddedVocabulary` of Hugging Face tokenizers does it.
 */
import { normalized } from './split-words.ts'

export interface AddedToken {
  readonly content: string
  /** Looked for after normalization (in lower case), or in the text as typed. */
  readonly normalized: boolean
  /** Takes the white space on that side along. */
  readonly lstrip: boolean
  readonly rstrip: boolean
  /** Only where no letter, digit or underscore adjoins. */
  readonly singleWord: boolean
}

export type TextOrToken = { readonly text: string } | { readonly id: number }

export class AddedTokenFinder {
  readonly #typed: Finder
  readonly #normalized: Finder

  constructor(tokens: ReadonlyMap<number, AddedToken>) {
    const all = [...tokens]
    this.#typed = new Finder(all.filter(([, token]) => !token.normalized))
    this.#normalized = new Finder(
      all
        .filter(([, token]) => token.normalized)
        .map(([id, token]) => [id, { ...token, content: normalized(token.content) }]),
    )
  }

  /** Normalized stretches of text, and the tokens between them, in order. */
  *split(text: string): Generator<TextOrToken> {
    for (const part of this.#typed.split(text)) {
      if ('id' in part) yield part
      else yield* this.#normalized.split(normalized(part.text))
    }
  }
}

/** \w of Unicode; JavaScript's is ASCII. */
const WORD_CHARACTER = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]'
const WORD_BEFORE = new RegExp(`(?<=${WORD_CHARACTER})$`, 'u')
const WORD_AFTER = new RegExp(`^${WORD_CHARACTER}`, 'u')

class Finder {
  readonly #tokens = new Map<string, [number, AddedToken]>()
  readonly #pattern: RegExp | undefined

  constructor(tokens: readonly [number, AddedToken][]) {
    for (const [id, token] of tokens) if (token.content !== '') this.#tokens.set(token.content, [id, token])
    // the longest first, as the first alternative that fits is taken
    const contents = [...this.#tokens.keys()].sort((a, b) => b.length - a.length)
    if (contents.length > 0) this.#pattern = new RegExp(contents.map(escaped).join('|'), 'gu')
  }

  *split(text: string): Generator<TextOrToken> {
    let done = 0
    if (this.#pattern !== undefined) {
      for (const match of text.matchAll(this.#pattern)) {
        const [id, token] = this.#tokens.get(match[0])!
        let start = match.index
        let end = start + match[0].length
        if (token.singleWord && (WORD_BEFORE.test(text.slice(0, start)) || WORD_AFTER.test(text.slice(end)))) continue
        if (token.lstrip) start = Math.max(done, start - spaceBefore(text, start))
        if (token.rstrip) end += /^\p{White_Space}*/u.exec(text.slice(end))![0].length
        if (start > done) yield { text: text.slice(done, start) }
        yield { id }
        done = end
      }
    }
    if (done < text.length) yield { text: text.slice(done) }
  }
}

function spaceBefore(text: string, end: number): number {
  let start = end
  while (start > 0 && /\p{White_Space}/u.test(text[start - 1])) start--
  return end - start
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
