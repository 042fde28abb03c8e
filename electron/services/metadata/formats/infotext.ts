/**
 * Takes infotext apart, by the rules of A1111's modules/infotext_utils.py: the last line holds pairs, and only if there are
 * at least three. Beyond those rules: lines with labels of their own around it (templates of SD.Next and of Dynamic
 * Prompts), and texts that a program wrote onto one line. The expression's repeats are bounded, so that a hostile line
 * costs no more than its length.
 */

export interface Infotext {
  readonly prompt: string
  readonly negativePrompt: string
  /** The last of each name, in order; values without their quotes. */
  readonly pairs: Map<string, string>
  /** Prompt and settings stood on one line: where one ends and the other begins was found by their words alone. */
  readonly isGuessed: boolean
}

const NEGATIVE = 'Negative prompt:'
const PAIR = /([\p{L}\p{N}_][\p{L}\p{N}_ \-/]{1,60}):\s{0,8}("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/gu
const MIN_PAIRS = 3
const MAX_PAIRS = 500
/** stable-diffusion.cpp ends its line with JSON, unquoted. */
const UNQUOTED_JSON = /, SDCPP: \{.*$/s
const STEPS = /^Steps:\s{0,8}\d/
const HAS_STEPS = /(?:^|[\s.,;])Steps:\s{0,8}\d/
/** Within a line. */
const STEPS_INSIDE = /(?<=[\s.,;])Steps:\s{0,8}\d{1,6}\s{0,8},/g
/** In front of the settings, what a prompt is hardly ever begun with. */
const LABEL_BEFORE =
  /^((?:(?:Negative|Prompt|Raw|Original|Wildcard|Unprocessed) ){0,2}(?:Template|Wildcard|Wildcard prompt|Raw prompt|Raw negative prompt|Original prompt|Original negative prompt|Unprocessed prompt)):\s/i
/** Behind them, anything: a prompt does not stand there. */
const LABEL_BEHIND = /^([\p{L}\p{N}_][\p{L}\p{N}_ \-/]{1,60}):\s{0,8}(.*)$/u

/** @returns undefined if the text has no line of settings */
export function parseInfotext(text: string): Infotext | undefined {
  const lines = text.replaceAll('\r\n', '\n').trim().split('\n')
  const settingsAt = settingsLine(lines)
  const behind = lines.splice(settingsAt + 1)
  const { inFront, settings } = cutLine(lines.pop()!.replace(UNQUOTED_JSON, ''))
  const pairs = pairsOf(settings)
  if (pairs === undefined) return undefined
  if (inFront !== '') lines.push(inFront)
  addLabelled(pairs, behind)
  // what we write has no such lines, and its prompts may have any
  const isOurs = pairs.get('Version')?.startsWith('Reprise') === true
  if (!isOurs) takeLabelled(lines, pairs)
  const isOnePiece = !isOurs && splitNegative(lines)
  const negativeAt = lines.findIndex((line) => line.trim().startsWith(NEGATIVE))
  const promptLines = negativeAt === -1 ? lines : lines.slice(0, negativeAt)
  const negativeLines = negativeAt === -1 ? [] : lines.slice(negativeAt)
  return {
    prompt: joined(promptLines),
    negativePrompt: joined(negativeLines.map(withoutName)),
    pairs,
    isGuessed: inFront !== '' || isOnePiece,
  }
}

/** The last line, unless it has no settings and one above it that begins with `Steps:` has. */
function settingsLine(lines: readonly string[]): number {
  const last = lines.length - 1
  if (HAS_STEPS.test(lines[last])) return last
  const at = lines.findLastIndex((line) => STEPS.test(line) && pairsOf(line) !== undefined)
  return at === -1 ? last : at
}

/** What stands before the settings on their line, unless it is settings as well. */
function cutLine(line: string): { inFront: string; settings: string } {
  const whole = { inFront: '', settings: line }
  if (STEPS.test(line)) return whole
  const at = [...line.matchAll(STEPS_INSIDE)].at(-1)?.index
  if (at === undefined) return whole
  const inFront = line.slice(0, at).trim()
  const isSettings = inFront
    .replace(/,$/, '')
    .split(',')
    .every((part) => /^\s*[\p{L}\p{N}_][\p{L}\p{N}_ \-/]{1,60}:/u.test(part) && !part.includes(NEGATIVE))
  return isSettings ? whole : { inFront, settings: line.slice(at) }
}

/** Prompt and negative prompt on one line. @returns whether they were */
function splitNegative(lines: string[]): boolean {
  if (lines.some((line) => line.trim().startsWith(NEGATIVE))) return false
  const index = lines.findIndex((line) => line.includes(` ${NEGATIVE} `))
  if (index === -1) return false
  const line = lines[index]
  const at = line.indexOf(NEGATIVE)
  lines.splice(index, 1, line.slice(0, at), line.slice(at))
  return true
}

/** Moves labelled lines, each with what follows it, from in front of the settings into the pairs. */
function takeLabelled(lines: string[], pairs: Map<string, string>): void {
  const first = lines.findIndex((line) => LABEL_BEFORE.test(line))
  if (first === -1) return
  let label = ''
  const kept: string[] = []
  for (const line of lines.splice(first)) {
    const found = LABEL_BEFORE.exec(line)
    if (line.trim().startsWith(NEGATIVE)) label = ''
    if (found !== null) label = found[1]
    if (label === '') kept.push(line)
    else append(pairs, label, found === null ? line : line.slice(found[0].length))
  }
  lines.push(...kept)
}

function addLabelled(pairs: Map<string, string>, behind: readonly string[]): void {
  let label = 'text behind the settings'
  for (const line of behind) {
    const found = LABEL_BEHIND.exec(line)
    if (found !== null) label = found[1]
    const text = found === null ? line : found[2]
    // a setting that the line had is not overwritten
    append(pairs, pairs.has(label) && found !== null ? `${label} (below)` : label, text)
  }
}

function append(pairs: Map<string, string>, label: string, text: string): void {
  const before = pairs.get(label)
  if (pairs.size < MAX_PAIRS) pairs.set(label, before === undefined ? text.trim() : `${before}\n${text.trim()}`)
}

function pairsOf(line: string): Map<string, string> | undefined {
  // the expression is slow on long words, and there are none without it
  if (!line.includes(':')) return undefined
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
