/** JSON out of model folders, with bounds on its size and nesting: both are cheap to write and dear to parse. */
import { mistakenFor } from '#shared/mistaken-file.ts'
import { openRegularFile, readExactly } from './regular-file.ts'

/** Deeper than any config; 100 MB of brackets would cost the parser gigabytes. */
const MAX_DEPTH = 64

/**
 * @param bytes UTF-8; a byte order mark is refused, as Python's json and serde do
 * @throws {Error} (not an AppError: the caller knows what the JSON was for) with a message of one line
 */
export function parseJsonObject(bytes: Uint8Array, maxDepth = MAX_DEPTH): Record<string, unknown> {
  return parsed(bytes, maxDepth, (text) => text)
}

/**
 * A config as Python's json writes it, with bare Infinity, -Infinity and NaN: diffusers saves every DPM-Solver with
 * "lambda_min_clipped": -Infinity. NaN becomes null.
 * @throws {Error} as parseJsonObject
 */
export function parsePythonJsonObject(bytes: Uint8Array): Record<string, unknown> {
  return parsed(bytes, MAX_DEPTH, (text) =>
    text.replace(/"(?:[^"\\]|\\.)*"|Infinity|NaN/g, (token) =>
      // JSON has no infinity, but its numbers overflow to it
      token === 'Infinity' ? '1e999' : token === 'NaN' ? 'null' : token,
    ),
  )
}

function parsed(bytes: Uint8Array, maxDepth: number, prepare: (text: string) => string): Record<string, unknown> {
  if (nestsDeeper(bytes, maxDepth)) throw new Error(`nests deeper than ${maxDepth} levels`)
  let value: unknown
  try {
    value = JSON.parse(prepare(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)))
  } catch (cause) {
    throw new Error(whyNotJson(bytes), { cause })
  }
  if (!isObject(value)) throw new Error('is not a JSON object')
  return value
}

function whyNotJson(bytes: Uint8Array): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return 'begins with a byte order mark (BOM), as editors on Windows write it: save it as UTF-8 without one'
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return 'is UTF-16: save it as UTF-8 without a byte order mark'
  }
  const mistaken = mistakenFor(bytes)
  return mistaken === undefined ? 'is not JSON in UTF-8' : `is not JSON: ${mistaken}`
}

/**
 * A whole file, at most `maxBytes` long.
 * @throws {AppError} `weights-invalid` if it cannot be read; {Error} if it is larger
 */
export async function readSmallFile(file: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const { handle, stats } = await openRegularFile(file)
  try {
    if (stats.size > maxBytes) throw new Error(`is ${stats.size} bytes long; at most ${maxBytes} are read`)
    return await readExactly(handle, file, 0, stats.size)
  } finally {
    await handle.close()
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nestsDeeper(bytes: Uint8Array, limit: number): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (inString) {
      if (byte === 0x5c /* \ */) i++
      else if (byte === 0x22 /* " */) inString = false
    } else if (byte === 0x22) inString = true
    else if (byte === 0x7b /* { */ || byte === 0x5b /* [ */) {
      if (++depth > limit) return true
    } else if (byte === 0x7d /* } */ || byte === 0x5d /* ] */) depth--
  }
  return false
}
