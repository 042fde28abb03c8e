/**
 * A table with commas, semicolons or tabs. Columns have names in the first row; if none of them is one that we know,
 * the first column is the prompt and there are no others.
 */
import Papa from 'papaparse'
import { fieldOf, toRow, type LineResult, type PromptField, type Reading } from './prompt-fields.ts'

/** Of those behind them none is looked at: a file of nothing but commas has millions. */
const MAX_COLUMNS = 1_000

export function readTable(text: string): Reading {
  const unused = new Set<string>()
  return { results: results(text.replace(/^\uFEFF/, ''), unused), unused }
}

interface TableRow {
  readonly cells: readonly string[]
  /** Where it begins. */
  readonly line: number
  readonly isQuoteOpen: boolean
}

function* results(text: string, unused: Set<string>): Generator<LineResult> {
  const rows = tableRows(text)
  const names = rows.at(0)?.cells.slice(0, MAX_COLUMNS).map(fieldOf) ?? []
  const hasNames = names.includes('prompt') || (names.length > 1 && names.every((name) => name !== undefined))
  const columns: (PromptField | undefined)[] = hasNames ? names : ['prompt']
  if (hasNames)
    for (const name of rows[0].cells.slice(0, MAX_COLUMNS))
      if (fieldOf(name) === undefined && name.trim() !== '') unused.add(name.trim())
  for (const { cells, line, isQuoteOpen } of hasNames ? rows.slice(1) : rows) {
    if (cells.every((cell) => cell.trim() === '')) continue
    if (isQuoteOpen) {
      yield { problem: { line, kind: 'quote-open' } }
      continue
    }
    const found: Partial<Record<PromptField, string>> = {}
    columns.forEach((field, index) => {
      if (field !== undefined) found[field] ??= cells.at(index)
    })
    yield toRow(found, line)
  }
}

function tableRows(text: string): TableRow[] {
  const rows: TableRow[] = []
  let line = 1
  let at = 0
  Papa.parse<string[]>(text, {
    delimiter: delimiterOf(text),
    step: ({ data, errors, meta }) => {
      rows.push({ cells: data, line, isQuoteOpen: errors.some(({ type }) => type === 'Quotes') })
      for (; at < meta.cursor; at++) if (text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n')) line += 1
    },
  })
  return rows
}

/** The one that makes most names of columns; without names a comma, because prompts have semicolons of their own. */
function delimiterOf(text: string): string {
  const [first] = text.split(/[\r\n]/, 1)
  const known = (delimiter: string): number =>
    first.split(delimiter, MAX_COLUMNS).filter((cell) => fieldOf(cell.replaceAll('"', '')) !== undefined).length
  const [[best, count]] = [',', ';', '\t'].map((each) => [each, known(each)] as const).sort(([, a], [, b]) => b - a)
  return count > 0 || !first.includes('\t') ? best : '\t'
}
