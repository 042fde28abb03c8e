/** Values of an axis as people type them: "5, 7.5, 10", "10-30 (+5)", "10-30 [5]", "512x768", "euler, ddim". */
import { MAX_SEED } from '#shared/generation.ts'

/** Of one axis; more cannot be compared. */
export const MAX_VALUES = 200

export interface ValuesProblem {
  readonly kind: 'no-value' | 'bad-value' | 'out-of-range' | 'too-many'
  /** The value that is wrong; of `too-many`, how many there may be. */
  readonly found: string
  readonly min?: number
  readonly max?: number
}
export type Values<T> =
  { readonly values: readonly T[]; readonly problem?: undefined } | { readonly problem: ValuesProblem }

interface NumberRange {
  readonly min: number
  readonly max: number
  readonly isWhole: boolean
}

const RANGE =
  /^(\d+(?:\.\d+)?)\s*(?:-|–|\.\.)\s*(\d+(?:\.\d+)?)(?:\s*\(\s*[+-]?\s*(\d+(?:\.\d+)?)\s*\)|\s*\[\s*(\d{1,4})\s*\])?$/
/** Digits behind the point that a range keeps: free of the dust of binary fractions. */
const DIGITS = 6

export function readNumbers(text: string, { min, max, isWhole }: NumberRange): Values<number> {
  const values: number[] = []
  for (const part of parts(text)) {
    const found = /^\d+(\.\d+)?$/.test(part) ? [Number(part)] : rangeOf(part, isWhole)
    if (found === undefined) return { problem: { kind: 'bad-value', found: part } }
    const wrong = found.find((value) => value < min || value > max || (isWhole && !Number.isInteger(value)))
    if (wrong !== undefined) return { problem: { kind: 'out-of-range', found: String(wrong), min, max } }
    values.push(...found)
  }
  return checked(values)
}

/** "a-b" by ones, "a-b (+s)" by s, "a-b [n]" as n values with both ends; downwards if a is the larger. */
function rangeOf(part: string, isWhole: boolean): number[] | undefined {
  const match = RANGE.exec(part) as (string | undefined)[] | null
  if (match === null) return undefined
  const [from, to] = [Number(match[1]), Number(match[2])]
  const span = Math.abs(to - from)
  const wished = match[4] === undefined ? undefined : Number(match[4])
  const step = wished === undefined ? Number(match[3] ?? 1) : span / Math.max(1, wished - 1)
  if (step <= 0 && span > 0) return undefined
  // one more than fits tells that they are too many
  const count = Math.min(MAX_VALUES + 1, wished ?? Math.floor(Number((span / step).toFixed(DIGITS))) + 1)
  const sign = Math.sign(to - from)
  return Array.from({ length: count }, (_, index) => {
    const value = from + sign * index * step
    return wished !== undefined && isWhole ? Math.round(value) : Number(value.toFixed(DIGITS))
  })
}

/** Seeds have more digits than numbers keep. */
export function readSeeds(text: string): Values<bigint> {
  const values: bigint[] = []
  for (const part of parts(text)) {
    const match = /^(\d{1,20})(?:\s*(?:-|–|\.\.)\s*(\d{1,20}))?$/.exec(part) as (string | undefined)[] | null
    if (match?.[1] === undefined) return { problem: { kind: 'bad-value', found: part } }
    const from = BigInt(match[1])
    const to = BigInt(match[2] ?? match[1])
    if (to > MAX_SEED || from > to) return { problem: { kind: 'bad-value', found: part } }
    for (let seed = from; seed <= to && values.length <= MAX_VALUES; seed++) values.push(seed)
  }
  return checked(values)
}

export interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

/** "512x768"; one number is a square. */
export function readSizes(text: string, { min, max }: { min: number; max: number }): Values<Size> {
  const values: Size[] = []
  for (const part of parts(text)) {
    const match = /^(\d{1,6})(?:\s*[x×*]\s*(\d{1,6}))?$/i.exec(part) as (string | undefined)[] | null
    if (match?.[1] === undefined) return { problem: { kind: 'bad-value', found: part } }
    const [widthPx, heightPx] = [Number(match[1]), Number(match[2] ?? match[1])]
    if (Math.min(widthPx, heightPx) < min || Math.max(widthPx, heightPx) > max) {
      return { problem: { kind: 'out-of-range', found: part, min, max } }
    }
    values.push({ widthPx, heightPx })
  }
  return checked(values, ({ widthPx, heightPx }) => `${widthPx} ${heightPx}`)
}

/** Some of a few, in any spelling of them. */
export function readNames<T extends string>(text: string, known: readonly T[]): Values<T> {
  const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')
  const values: T[] = []
  for (const part of parts(text)) {
    const name = known.find((one) => plain(one) === plain(part))
    if (name === undefined) return { problem: { kind: 'bad-value', found: part } }
    values.push(name)
  }
  return checked(values)
}

/** Texts apart by commas, or by lines if there are several; with commas of their own they stand in quotes. */
export function readTexts(text: string): Values<string> {
  const separator = /[\r\n]/.test(text.trim()) ? /[\r\n]+/ : undefined
  const found = separator === undefined ? quotedParts(text) : text.split(separator).map(unquoted)
  return checked(found.filter((part) => part !== undefined))
}

function quotedParts(text: string): (string | undefined)[] {
  return [...text.matchAll(/\s*(?:"((?:[^"]|"")*)"\s*(?:,|$)|([^,]+)(?:,|$)|,)/g)].map(([, inQuotes, bare]) => {
    const [given, plain] = [inQuotes, bare] as (string | undefined)[]
    if (given !== undefined) return given.replaceAll('""', '"')
    return plain === undefined || plain.trim() === '' ? undefined : plain.trim()
  })
}

/** A line; undefined if there is nothing in it, not even quotes. */
function unquoted(line: string): string | undefined {
  const text = line.trim()
  if (text === '') return undefined
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text
}

function parts(text: string): string[] {
  return text
    .split(/[,;\r\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Each value once. */
function checked<T>(values: readonly T[], keyOf: (value: T) => unknown = (value) => value): Values<T> {
  const different = [...new Map(values.map((value) => [keyOf(value), value])).values()]
  if (different.length === 0) return { problem: { kind: 'no-value', found: '' } }
  if (different.length > MAX_VALUES) return { problem: { kind: 'too-many', found: String(MAX_VALUES) } }
  return { values: different }
}
