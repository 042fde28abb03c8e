/**
 * JSON out of files that may be anything: bounded in size and depth, integers with more bits than a number kept as
 * bigints. ComfyUI, being Python, writes bare NaN, which is no JSON: it becomes null.
 */
import { MAX_SETTINGS_TEXT_LENGTH } from '#shared/contract/metadata.ts'

/** Graphs and settings are a few levels deep; walking what is far deeper ends the stack. */
const MAX_DEPTH = 64

/** @returns undefined if it is none, or more than is read */
export function parseJson(text: string): unknown {
  if (text.length > MAX_SETTINGS_TEXT_LENGTH || isTooDeep(text)) return undefined
  return tryParse(text) ?? tryParse(text.replace(/"(?:\\.|[^"\\])*"|-?\b(?:NaN|Infinity)\b/g, keepStrings))
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text, exactIntegers)
  } catch {
    return undefined
  }
}

function exactIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source
  return source !== undefined && /^-?\d{1,40}$/.test(source) ? BigInt(source) : value
}

function keepStrings(token: string): string {
  return token.startsWith('"') ? token : 'null'
}

function isTooDeep(text: string): boolean {
  let depth = 0
  let isString = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (isString) {
      if (char === '\\') at++
      else if (char === '"') isString = false
    } else if (char === '"') isString = true
    else if (char === '{' || char === '[') {
      if (++depth > MAX_DEPTH) return true
    } else if (char === '}' || char === ']') depth--
  }
  return false
}
