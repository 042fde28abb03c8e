/** Prompts out of a text file: a line each, a cell of the first column or of the one named "prompt", or a JSON line. */
import { AppError, quoted } from '#shared/errors.ts'

const MAX_BYTES = 16 * 1024 * 1024
const HEADINGS = /^(prompt|text|caption)$/i

/** @throws {AppError} `prompt-file-invalid` */
export async function promptsOf(file: File): Promise<string[]> {
  if (file.size > MAX_BYTES) throw invalid(file.name, `is larger than ${MAX_BYTES / 1024 / 1024} MB`)
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text: string
  try {
    if (bytes.includes(0)) throw new TypeError('binary')
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw invalid(file.name, 'is not UTF-8 text: save it as UTF-8', cause)
  }
  const prompts = parsePrompts(text, file.name)
  if (prompts.length === 0) throw invalid(file.name, 'has no prompt in it: write one a line')
  return prompts
}

/** @throws {AppError} `prompt-file-invalid` */
export function parsePrompts(text: string, name: string): string[] {
  const extension = /\.(\w+)$/.exec(name)?.[1].toLowerCase()
  const prompts =
    extension === 'csv' || extension === 'tsv'
      ? fromTable(text, extension === 'tsv' ? '\t' : undefined)
      : extension === 'jsonl' || extension === 'ndjson'
        ? fromJsonLines(text, name)
        : text.split(/\r\n|\n|\r/)
  return prompts.map((prompt) => prompt.trim()).filter((prompt) => prompt !== '')
}

function fromTable(text: string, delimiter: string | undefined): string[] {
  const rows = tableRows(text, delimiter ?? (text.split('\n', 1)[0].includes(';') ? ';' : ','))
  const headings = rows.at(0) ?? []
  const column = headings.findIndex((heading) => HEADINGS.test(heading.trim()))
  return column < 0 ? rows.map((row) => row[0]) : rows.slice(1).map((row) => row.at(column) ?? '')
}

/** RFC 4180: cells in quotes may hold delimiters, line ends and doubled quotes. */
function tableRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (isQuoted) {
      if (sign !== '"') cell += sign
      else if (text[at + 1] === '"') cell += text[at++]
      else isQuoted = false
    } else if (sign === '"' && cell === '') isQuoted = true
    else if (sign === delimiter) {
      rows.at(-1)!.push(cell)
      cell = ''
    } else if (sign === '\n') {
      rows.at(-1)!.push(cell)
      rows.push([])
      cell = ''
    } else if (sign !== '\r') cell += sign
  }
  rows.at(-1)!.push(cell)
  return rows
}

function fromJsonLines(text: string, name: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch (cause) {
      throw invalid(name, `has no JSON in line ${index + 1}`, cause)
    }
    if (typeof value === 'string') return [value]
    const prompt = (value as { prompt?: unknown } | null)?.prompt
    if (typeof prompt === 'string') return [prompt]
    throw invalid(name, `has no "prompt" in line ${index + 1}`)
  })
}

function invalid(name: string, what: string, cause?: unknown): AppError {
  return new AppError('prompt-file-invalid', `the prompt file ${quoted(name)} ${what}`, { cause })
}
