/**
 * JSON with exact integers: a seed has up to 64 bits, more than a JSON number keeps in JavaScript. Bigints are
 * written as plain integers (as Python and every exact reader takes them), never as strings or rounded.
 */

// JSON.rawJSON is in V8 since Node 21; TypeScript's library does not declare it yet
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown }

/** JSON.stringify on one line, with bigints as exact integers. */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === 'bigint' ? rawJSON(field.toString()) : field,
  )
}

/**
 * JSON.parse that rounds no integer: what is beyond 2^53 becomes its decimal text, the form that seeds have on the wire.
 * A field that takes numbers alone then refuses it, instead of being given another number.
 *
 * @throws {SyntaxError}
 */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
    const source = context?.source
    return source !== undefined && /^-?\d{1,40}$/.test(source) ? source : value
  })
}
