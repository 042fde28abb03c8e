/**
 * CLIP's normalization and its division into words, as transformers' CLIPTokenizer sets them up in Hugging Face
 * tokenizers (Rust), whatever a tokenizer.json says. Oracle: test/oracles/tokenizer.py, equal ids.
 *
 * Characters are classed by Unicode 16, as tokenizers 0.23 (Oniguruma) does; what Unicode 17 made letters and numbers
 * is therefore taken out of JavaScript's classes, where a Node has them already.
 */

/** Letters and numbers that came with Unicode 17. */
const NEWER =
  '\\u088f\\u0c5c\\u0cdc\\ua7ce\\ua7cf\\ua7d2\\ua7d4\\ua7f1\\u{10940}-\\u{10959}\\u{10ec5}-\\u{10ec7}\\u{11db0}-\\u{11ddb}' +
  '\\u{11de0}-\\u{11de9}\\u{16ea0}-\\u{16eb8}\\u{16ebb}-\\u{16ed3}\\u{16ff2}-\\u{16ff6}\\u{187f8}-\\u{187ff}' +
  '\\u{18d09}-\\u{18d1e}\\u{18d80}-\\u{18df2}\\u{1e6c0}-\\u{1e6de}\\u{1e6e0}-\\u{1e6e2}\\u{1e6e4}\\u{1e6e5}' +
  '\\u{1e6e7}-\\u{1e6ed}\\u{1e6f0}-\\u{1e6f4}\\u{1e6fe}\\u{1e6ff}\\u{2b73a}-\\u{2b73f}\\u{2cea2}-\\u{2cead}' +
  '\\u{323b0}-\\u{33479}'

const LETTERS = `[\\p{L}--[${NEWER}]]+`
const NUMBER = `[\\p{N}--[${NEWER}]]`
const SIGNS = `[[^\\p{White_Space}\\p{L}\\p{N}][${NEWER}]]+`
const WORD = new RegExp(
  `<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|${LETTERS}|${NUMBER}|${SIGNS}`,
  'gv',
)
/** Not \s, which has the byte order mark and lacks U+0085. */
const WHITE_SPACE = /\p{White_Space}+/gu

/** NFC, white space to single spaces, lower case by each character alone: JavaScript would write a final sigma ς. */
export function normalized(text: string): string {
  return text.normalize('NFC').replace(WHITE_SPACE, ' ').replaceAll('Σ', 'σ').toLowerCase()
}

/** The words of normalized text, found as they are asked for. */
export function* words(text: string): Generator<string> {
  for (const [word] of text.matchAll(WORD)) {
    // typed out and not recognized before, these are ordinary text; the second, byte-level division cuts them
    const special = /^(<\|)(startoftext|endoftext)(\|>)$/.exec(word)
    if (special === null) yield word
    else yield* special.slice(1)
  }
}
