/** Reads the values of options: what is allowed is said here, in one message each. */
import { AppError, quoted, type ErrorCode } from '#shared/errors.ts'
import { MAX_SEED } from '#shared/generation.ts'

type Parser<T> = (text: string) => T

/** A path as it is given. An empty one, such as a variable of a script that was never set, would be the current folder. */
export function path(name: string): (text: string) => string {
  return (text) => {
    if (text.trim() !== '') return text
    throw new AppError('invalid-argument', `${name} is empty: give a path, or "." for the current folder`)
  }
}

/** @param code of a number outside the range; text that is no number at all is `invalid-argument` */
export function integer(
  option: string,
  range: { min: number; max?: number },
  code: ErrorCode = 'invalid-argument',
): Parser<number> {
  const { min, max = Number.MAX_SAFE_INTEGER } = range
  const allowed = range.max === undefined ? `an integer from ${min}` : `an integer from ${min} to ${max}`
  return (text) => {
    if (!/^[+-]?\d+$/.test(text)) throw refused(option, text, allowed)
    const value = Number(text)
    if (value < min || value > max) throw refused(option, text, allowed, code)
    return value
  }
}

export function decimal(
  option: string,
  allowed: string,
  accepts: (value: number) => boolean,
  code: ErrorCode = 'invalid-argument',
): Parser<number> {
  return (text) => {
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw refused(option, text, allowed)
    const value = Number(text)
    if (!Number.isFinite(value) || !accepts(value)) throw refused(option, text, allowed, code)
    return value
  }
}

/** Seeds have 64 bits, more than a number holds. */
export function seed(text: string): bigint {
  const allowed = `an integer from 0 to ${MAX_SEED.toString()}`
  if (!/^[+-]?\d+$/.test(text)) throw refused('--seed', text, allowed)
  const digits = text.replace(/^\+?0*(?=\d)/, '')
  // 2^64 − 1 has 20 digits; a longer number need not be built to be refused
  const value = digits.length > 20 ? MAX_SEED + 1n : BigInt(digits)
  if (value < 0n || value > MAX_SEED) throw refused('--seed', text, allowed, 'seed-out-of-range')
  return value
}

const UNITS: Record<string, number> = { k: 1, m: 2, g: 3, t: 4 }

/** `512M`, `4G`, `1.5GiB` (powers of 1024), `8GB` (of 1000), or plain bytes. */
export function sizeInBytes(option: string): Parser<number> {
  return (text) => {
    const match = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])(ib|b)?|b)?$/i.exec(text)
    const allowed = 'a size such as 512M, 4G or 1.5GiB'
    if (!match) throw refused(option, text, allowed)
    const [, number, unit, suffix] = match as (string | undefined)[]
    const base = suffix?.toLowerCase() === 'b' ? 1000 : 1024
    const bytes = Math.floor(Number(number) * base ** (unit === undefined ? 0 : UNITS[unit.toLowerCase()]))
    if (bytes < 1 || !Number.isSafeInteger(bytes)) throw refused(option, text, allowed)
    return bytes
  }
}

/** `512x768` */
export function sizeInPixels(option: string): Parser<{ widthPx: number; heightPx: number }> {
  return (text) => {
    const match = /^(\d{1,5})[x×](\d{1,5})$/i.exec(text)
    if (!match) throw refused(option, text, 'width and height such as 512x768')
    return { widthPx: Number(match[1]), heightPx: Number(match[2]) }
  }
}

/** `8,4`: from the left, from the top. */
export function placeInPixels(option: string): Parser<{ xPx: number; yPx: number }> {
  return (text) => {
    const match = /^(\d{1,5}),(\d{1,5})$/.exec(text)
    if (!match) throw refused(option, text, 'two distances in pixels such as 8,4')
    return { xPx: Number(match[1]), yPx: Number(match[2]) }
  }
}

/** A day or a time, on this machine's clock unless it names a zone. @returns milliseconds since 1970; a day's beginning */
export function date(option: string): Parser<number> {
  return (text) => {
    const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?))?$/.exec(text)
    const [, year, month, day, time = '00:00'] = (match ?? []) as (string | undefined)[]
    // Date takes the 31st of February for the 3rd of March
    const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
    const timeMs = Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${time}`)
    if (!isDay || Number.isNaN(timeMs))
      throw refused(option, text, 'a day or a time such as 2026-11-21 or 2026-11-21T18:30')
    return timeMs
  }
}

/** Commander calls this for every time an option is given. */
export function repeated<T>(parse: Parser<T>): (text: string, previous?: readonly T[]) => T[] {
  return (text, previous = []) => [...previous, parse(text)]
}

function refused(option: string, found: string, allowed: string, code: ErrorCode = 'invalid-argument'): AppError {
  return new AppError(code, `${option} takes ${allowed}, not ${quoted(found)}`, { data: { option, found } })
}
