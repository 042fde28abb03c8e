/**
 * CLIP's normalization and its division into words, as transformers' CLIPTokenizer sets them up in Hugging Face
 * tokenizers (Rust), whatever a tokenizer.json says. Oracle: test/oracles/tokenizer.py, equal ids.
 */
import { LETTER, nfc, NUMBER } from './unicode-versions.ts'

/**
 * Longer words are divided. Joining goes by rank, so what lies that far off could only reach the first tokens through
 * a chain of ever earlier merges, and without a limit one word of megabytes would take minutes.
 */
const MAX_WORD_LENGTH = 200_000

/** Not \s, which has the byte order mark and lacks U+0085. A single space is already as it should be. */
const WHITE_SPACE = /\p{White_Space}{2,}|[\p{White_Space}--[ ]]/gv

/** NFC, white space to single spaces, lower case by each character alone: JavaScript would write a final sigma ς. */
export function normalized(text: string): string {
  return nfc(text).replace(WHITE_SPACE, ' ').replaceAll('Σ', 'σ').toLowerCase()
}

/** Typed out and not recognized before, these are ordinary text, which the second, byte-level division cuts. */
const SPECIALS: readonly (readonly string[])[] = [
  ['<|', 'startoftext', '|>'],
  ['<|', 'endoftext', '|>'],
]
const CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]

const SPACE = 0
const LETTERS = 1
const DIGIT = 2
const SIGNS = 3
const ONE_LETTER = new RegExp(`^${LETTER}`, 'v')
const ONE_NUMBER = new RegExp(`^${NUMBER}`, 'v')

/**
 * The words of normalized text, found as they are asked for: the matches of
 * `<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`.
 * Not by such a pattern, as a long run would overflow its stack.
 */
export function* words(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const special = SPECIALS.find((parts) => text.startsWith(parts.join(''), at))
    const contraction = CONTRACTIONS.find((ending) => text.startsWith(ending, at))
    if (special !== undefined) {
      yield* special
      at += special.join('').length
    } else if (contraction !== undefined) {
      yield contraction
      at += contraction.length
    } else {
      const end = endOfRun(text, at)
      if (kindAt(text, at) !== SPACE) yield text.slice(at, end)
      at = end
    }
  }
}

function endOfRun(text: string, start: number): number {
  const kind = kindAt(text, start)
  let end = start
  do end += text.codePointAt(end)! > 0xffff ? 2 : 1
  while (kind !== DIGIT && end < text.length && end - start < MAX_WORD_LENGTH && kindAt(text, end) === kind)
  return end
}

function kindAt(text: string, at: number): number {
  const code = text.codePointAt(at)!
  if (code < 0x80) return ASCII_KINDS[code]
  const char = String.fromCodePoint(code)
  // normalized text has no other white space than spaces
  return kindOf(char)
}

function kindOf(char: string): number {
  if (ONE_LETTER.test(char)) return LETTERS
  if (ONE_NUMBER.test(char)) return DIGIT
  return char === ' ' ? SPACE : SIGNS
}

const ASCII_KINDS = Uint8Array.from({ length: 0x80 }, (_, code) => kindOf(String.fromCharCode(code)))
