/**
 * Takes infotext apart, by the rules of A1111's modules/infotext_utils.py: only the last line holds pairs, and only if
 * there are at least three. The expression's repeats are bounded, so that a hostile line costs no more than its length.
 */

export interface Infotext {
  readonly prompt: string
  readonly negativePrompt: string
  /** The last of each name, in order; values without their quotes. */
  readonly pairs: Map<string, string>
}

const NEGATIVE = 'Negative prompt:'
const PAIR = /([\p{L}\p{N}_][\p{L}\p{N}_ \-/]{1,60}):\s{0,8}("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/gu
const MIN_PAIRS = 3
const MAX_PAIRS = 500
/** stable-diffusion.cpp ends its line with JSON, unquoted. */
const UNQUOTED_JSON = /, SDCPP: \{.*$/s

/** @returns undefined if the text has no line of settings */
export function parseInfotext(text: string): Infotext | undefined {
  const lines = text.replaceAll('\r\n', '\n').trim().split('\n')
  const pairs = pairsOf(lines.pop()!.replace(UNQUOTED_JSON, ''))
  if (pairs === undefined) return undefined
  const negativeAt = lines.findIndex((line) => line.trim().startsWith(NEGATIVE))
  const promptLines = negativeAt === -1 ? lines : lines.slice(0, negativeAt)
  const negativeLines = negativeAt === -1 ? [] : lines.slice(negativeAt)
  return { prompt: joined(promptLines), negativePrompt: joined(negativeLines.map(withoutName)), pairs }
}

function pairsOf(line: string): Map<string, string> | undefined {
  const pairs = new Map<string, string>()
  let count = 0
  for (const [, key, value] of line.matchAll(PAIR)) {
    if (++count > MAX_PAIRS) break
    pairs.set(key, unquoted(value.trim()))
  }
  return count < MIN_PAIRS ? undefined : pairs
}

function withoutName(line: string): string {
  const trimmed = line.trim()
  return trimmed.startsWith(NEGATIVE) ? trimmed.slice(NEGATIVE.length) : line
}

/** Blanks around each line are dropped, as A1111 does it. */
function joined(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .join('\n')
    .trim()
}

function unquoted(value: string): string {
  if (!value.startsWith('"') || !value.endsWith('"')) return value
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'string' ? parsed : value
  } catch {
    return value
  }
}
