/** A file of prompts, read: the rows it makes, and the lines that cannot be taken. */
import { AppError, quoted } from '#shared/errors.ts'
import type { NewRow } from '#renderer/state/batch-draft.svelte.ts'
import { readJsonLines } from './read-json-lines.ts'
import { readPlainLines } from './read-plain-lines.ts'
import { readTable } from './read-table.ts'
import { fieldOf, type LineProblem } from './prompt-fields.ts'

const MAX_MB = 5
const MAX_ROWS = 10_000
/** More are counted, not listed. */
const MAX_PROBLEMS = 200

export interface PromptFile {
  readonly name: string
  readonly rows: readonly NewRow[]
  /** The first of them. */
  readonly problems: readonly LineProblem[]
  readonly problemCount: number
  /** Columns or keys that say nothing about a prompt. */
  readonly unused: readonly string[]
}

export type Format = 'lines' | 'table' | 'json-lines'

/** @throws {AppError} `prompt-file-invalid` if nothing can be taken out of it */
export async function readPromptFile(file: File): Promise<PromptFile> {
  if (file.size > MAX_MB * 1024 * 1024) throw invalid(file.name, `is larger than ${MAX_MB} MB: split it`)
  return readPrompts(textOf(new Uint8Array(await file.arrayBuffer()), file.name), file.name, formatOf(file.name))
}

/** @throws {AppError} `prompt-file-invalid` if there is neither a prompt nor a mistake in it */
export function readPrompts(text: string, name: string, format: Format): PromptFile {
  const readers = { lines: readPlainLines, table: readTable, 'json-lines': readJsonLines }
  const { results, unused } = readers[format](text)
  const rows: NewRow[] = []
  const problems: LineProblem[] = []
  let problemCount = 0
  for (const result of results) {
    if ('row' in result && rows.length < MAX_ROWS) rows.push(result.row)
    else {
      problemCount += 1
      const problem = 'row' in result ? { line: result.line, kind: 'too-many' as const, max: MAX_ROWS } : result.problem
      if (problems.length < MAX_PROBLEMS) problems.push(problem)
      // what is wrong so often is no file of prompts
      if ('row' in result || problemCount >= MAX_ROWS) break
    }
  }
  if (rows.length + problemCount === 0) throw invalid(name, 'has no prompt in it: write one a line')
  return { name, rows, problems, problemCount, unused: [...unused] }
}

/** Of a text without a name: cells of a spreadsheet come with tabs between them. */
export function formatOfText(text: string): Format {
  const [first] = text.trimStart().split(/[\r\n]/, 1)
  if (/^\{.*\}$|^".*"$/.test(first.trim())) return 'json-lines'
  return first.includes('\t') || first.split(/[,;]/).some((cell) => fieldOf(cell) === 'prompt') ? 'table' : 'lines'
}

function formatOf(name: string): Format {
  const extension = /\.(\w+)$/.exec(name)?.[1].toLowerCase()
  if (extension === 'csv' || extension === 'tsv') return 'table'
  return extension === 'jsonl' || extension === 'ndjson' ? 'json-lines' : 'lines'
}

/** UTF-8, or the UTF-16 that spreadsheets write, which begins with its mark. */
function textOf(bytes: Uint8Array<ArrayBuffer>, name: string): string {
  const isUtf16 = bytes.length > 2 && bytes[0] === 0xff && bytes[1] === 0xfe
  try {
    const text = new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes)
    if (text.includes('\0')) throw new TypeError('binary')
    return text
  } catch (cause) {
    throw invalid(name, 'is not UTF-8 text: save it as UTF-8', cause)
  }
}

function invalid(name: string, what: string, cause?: unknown): AppError {
  return new AppError('prompt-file-invalid', `the prompt file ${quoted(name)} ${what}`, { cause })
}
