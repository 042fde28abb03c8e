/** One JSON value a line: the prompt as text, or an object with the fields of a prompt. */
import { fieldOf, toRow, type LineResult, type PromptField, type Reading } from './prompt-fields.ts'

export function readJsonLines(text: string): Reading {
  const unused = new Set<string>()
  return { results: results(text.replace(/^\uFEFF/, ''), unused), unused }
}

function* results(text: string, unused: Set<string>): Generator<LineResult> {
  let number = 0
  for (const line of text.split(/\r\n|\r|\n/)) {
    number += 1
    if (line.trim() !== '') yield readLine(line, number, unused)
  }
}

function readLine(text: string, line: number, unused: Set<string>): LineResult {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { problem: { line, kind: 'not-json' } }
  }
  if (typeof value === 'string') return toRow({ prompt: value }, line)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: { line, kind: 'not-a-prompt' } }
  }
  const found: Partial<Record<PromptField, string>> = {}
  for (const [name, content] of Object.entries(value)) {
    const field = fieldOf(name)
    if (field === undefined) unused.add(name)
    else if (content !== null) found[field] ??= textOf(content)
  }
  return toRow(found, line)
}

/** Large seeds lose digits as JSON numbers: what is no safe integer must not pass for one, and is shown with a mark. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (typeof content === 'number' && Math.abs(content) <= Number.MAX_SAFE_INTEGER) return String(content)
  return typeof content === 'number' ? `≈ ${content}` : JSON.stringify(content)
}
