/** One prompt a line; blank lines are skipped. */
import { toRow, type LineResult, type Reading } from './prompt-fields.ts'

export function readPlainLines(text: string): Reading {
  return { results: results(text.replace(/^\uFEFF/, '')), unused: new Set() }
}

function* results(text: string): Generator<LineResult> {
  let number = 0
  for (const line of text.split(/\r\n|\r|\n/)) {
    number += 1
    if (line.trim() !== '') yield toRow({ prompt: line }, number)
  }
}
