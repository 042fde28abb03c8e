/** What an exported file is called: `<seed>-<first words of the prompt>.<ext>`, `image-…` where no seed is known. */
import type { ImageRecord } from '#shared/history.ts'

/** Bytes in UTF-8 that the words may have: with a seed and an ending, names stay below what any file system takes. */
const MAX_WORDS_BYTES = 80

/**
 * Letters, digits and their marks of any script stay, all else becomes a hyphen. The seed comes first, so no name is
 * one that Windows keeps for devices, hidden, or empty.
 */
export function exportName({ seed, prompt }: Pick<ImageRecord, 'seed' | 'prompt'>, extension: string): string {
  const words = prompt?.normalize('NFC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  const name = [seed?.toString() ?? 'image']
  let left = MAX_WORDS_BYTES
  for (const word of words) {
    const bytes = Buffer.byteLength(word)
    if (bytes > left) {
      // a text without spaces is one long word
      if (name.length === 1) name.push(cut(word, left))
      break
    }
    name.push(word)
    left -= bytes + 1
  }
  return `${name.join('-')}.${extension}`
}

function cut(word: string, maxBytes: number): string {
  let kept = ''
  for (const character of word) {
    if (Buffer.byteLength(kept + character) > maxBytes) break
    kept += character
  }
  return kept
}

/**
 * `a.png`, `a-2.png`, `a-3.png`: the first that was not taken, which then is. Names that differ in case only are one
 * on Windows and macOS.
 */
export function uniqueName(name: string, taken: Set<string>): string {
  for (let number = 1; ; number++) {
    const candidate = numberedName(name, number)
    const key = candidate.toLowerCase()
    if (taken.has(key)) continue
    taken.add(key)
    return candidate
  }
}

/** @param number 1: the name as it is */
export function numberedName(name: string, number: number): string {
  return number === 1 ? name : name.replace(/(\.\w+)$/, `-${number}$1`)
}
