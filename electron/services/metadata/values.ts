/** Values out of files, where the same number may be a number, a big integer or text. */
import { MAX_SEED } from '#shared/generation.ts'

/** For lists of what was not understood. */
const MAX_SHOWN = 300

/** Any value as text, cut. */
export function shown(value: unknown, maxLength = MAX_SHOWN): string {
  const text = textOf(value)
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? part.toString() : part)) as
    string | undefined
  return text ?? ''
}

export function finiteOf(value: unknown): number | undefined {
  if (typeof value === 'bigint') return Number(value)
  const number = typeof value === 'string' && /^\s*[+-]?[\d.]+(e[+-]?\d+)?\s*$/i.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

export function integerOf(value: unknown): number | undefined {
  const number = finiteOf(value)
  return Number.isSafeInteger(number) ? number : undefined
}

/** Undefined for what torch's generator does not take. */
export function seedOf(value: unknown): bigint | undefined {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'bigint' ? value.toString() : undefined
  const seed =
    text !== undefined
      ? /^\d{1,20}$/.test(text)
        ? BigInt(text)
        : undefined
      : typeof value === 'number' && Number.isSafeInteger(value)
        ? BigInt(value)
        : undefined
  return seed !== undefined && seed >= 0n && seed <= MAX_SEED ? seed : undefined
}

/** Of a JSON object; undefined for anything else. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}
