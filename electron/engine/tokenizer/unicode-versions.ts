/**
 * Where the Unicode data of Hugging Face tokenizers 0.23 is older than JavaScript's. The ids of a prompt must not
 * depend on the age of a Node, so what is newer than theirs counts as it does for them. Measured over all code points.
 */

/** Hexadecimal code points and ranges → the inside of a character class for the flags u and v. */
function characterClass(ranges: string): string {
  return ranges.replace(/[0-9a-f]+/g, (code) => `\\u{${code}}`).replaceAll(' ', '')
}

/** Became letters and numbers with Unicode 17; Oniguruma, which divides words there, knows 16. */
const NEWER_LETTERS_AND_NUMBERS = characterClass(
  '88f c5c cdc a7ce-a7cf a7d2 a7d4 a7f1 10940-10959 10ec5-10ec7 11db0-11ddb 11de0-11de9 16ea0-16eb8 16ebb-16ed3 ' +
    '16ff2-16ff6 187f8-187ff 18d09-18d1e 18d80-18df2 1e6c0-1e6de 1e6e0-1e6e2 1e6e4-1e6e5 1e6e7-1e6ed 1e6f0-1e6f4 ' +
    '1e6fe-1e6ff 2b73a-2b73f 2cea2-2cead 323b0-33479',
)

/** Marks and composites that the normalizer there, of Unicode 9, takes for ordinary characters. */
const NEWER_FOR_NFC = characterClass(
  '7fd 897-89f 8ca-8d3 9fe c3c d3b-d3c eba 1715 1abf-1add 1ae0-1aeb 1df6-1dfa a82c 105c9 105d2 105da 105e4 ' +
    '10d24-10d27 10d69-10d6d 10eab-10eac 10efa-10efb 10efd-10eff 10f46-10f50 10f82-10f85 11070 1133b 11382-11385 ' +
    '1138b 1138e 11390-11391 113b8 113bb 113c2 113c5 113c7-113c9 113ce-113d0 1145e 11839-1183a 11930 11935 11938 ' +
    '1193d-1193e 11943 119e0 11a34 11a47 11a99 11d42 11d44-11d45 11d97 11f41-11f42 1611e-16129 1612f 16d63 ' +
    '16d67-16d6a 16ff0-16ff1 1e08f 1e130-1e136 1e2ae 1e2ec-1e2ef 1e4ec-1e4ef 1e5ee-1e5ef 1e6e3 1e6e6 1e6ee-1e6ef ' +
    '1e6f5',
)

export const LETTER = `[\\p{L}--[${NEWER_LETTERS_AND_NUMBERS}]]`
export const NUMBER = `[\\p{N}--[${NEWER_LETTERS_AND_NUMBERS}]]`

const ORDINARY = new RegExp(`([${NEWER_FOR_NFC}])`, 'u')

/**
 * Normalization sorts the marks on a letter in time that grows with the square of their number. After this many in a
 * row, of which no writing comes near, it begins anew.
 */
const MAX_MARKS = 256
const MARKS = new RegExp(`\\p{M}{1,${MAX_MARKS}}`, 'gu')

/** Normalization form C. An ordinary character takes no part in it, and nothing moves or composes across it. */
export function nfc(text: string): string {
  let result = ''
  let done = 0
  const upTo = (end: number) => {
    const part = text.slice(done, end)
    result += ORDINARY.test(part) ? aroundOrdinary(part) : part.normalize('NFC')
    done = end
  }
  for (const { 0: marks, index } of text.matchAll(MARKS)) {
    if (marks.length >= MAX_MARKS) upTo(index + marks.length)
  }
  upTo(text.length)
  return result
}

function aroundOrdinary(text: string): string {
  return text
    .split(ORDINARY)
    .map((part, index) => (index % 2 === 1 ? part : part.normalize('NFC')))
    .join('')
}
