/**
 * What a person types into the search field, as a query of FTS5 (sqlite.org/fts5.html, 3).
 *
 * `red hou "by the sea" -snow`: words that begin with "red" and "hou", the phrase, and no word that begins with
 * "snow". All that FTS5 would read as syntax is quoted, so nothing typed can be an error of syntax.
 */
import { AppError } from '#shared/errors.ts'

const TERM = /(-?)(?:"([^"]*)"?|([^\s"]+))/gu
/** What the tokenizer makes tokens of; a term without any would match nothing. */
const TOKEN = /[\p{L}\p{N}\p{Co}]/u

/**
 * @returns nothing if there is nothing to search for
 * @throws {AppError} `invalid-argument` if it only says what must be absent
 */
export function searchQuery(text: string): string | undefined {
  const wanted: string[] = []
  const unwanted: string[] = []
  for (const [, minus, phrase, word] of text.replaceAll('\0', ' ').matchAll(TERM)) {
    const term = (phrase as string | undefined) ?? word
    if (!TOKEN.test(term)) continue
    // one letter begins too many words: it has to be a word itself
    const isPrefix = (phrase as string | undefined) === undefined && term.length > 1
    ;(minus === '-' ? unwanted : wanted).push(`"${term}"${isPrefix ? '*' : ''}`)
  }
  if (wanted.length === 0 && unwanted.length > 0) {
    throw new AppError('invalid-argument', 'a search says what to look for, not only what to leave out: add a word')
  }
  if (wanted.length === 0) return undefined
  const all = wanted.join(' AND ')
  return unwanted.length === 0 ? all : `(${all}) NOT (${unwanted.join(' OR ')})`
}
