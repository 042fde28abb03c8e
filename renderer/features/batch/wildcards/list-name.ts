/** Names of lists: what a prompt can name as __name__. */
import { WILDCARD_NAME } from '#shared/contract/wildcards.ts'

const MAX_LENGTH = 64

/** The nearest name that there can be, and that is not taken. */
export function toListName(text: string, taken: readonly string[], fallback: string): string {
  const plain = text
    .replace(/[^\p{L}\p{N} ._/-]/gu, '-')
    .replace(/_{2,}/g, '_')
    .replace(/^[^\p{L}\p{N}]+|[_\s]+$/gu, '')
  const name = WILDCARD_NAME.test(plain)
    ? plain
    : WILDCARD_NAME.test(plain.slice(0, MAX_LENGTH - 4))
      ? plain.slice(0, MAX_LENGTH - 4)
      : fallback
  for (let number = 1; ; number++) {
    const next = number === 1 ? name : `${name.slice(0, MAX_LENGTH - 5)} ${number}`
    if (!taken.includes(next)) return next
  }
}

/** As they are kept: one entry a line, without blank ones. */
export function listLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
