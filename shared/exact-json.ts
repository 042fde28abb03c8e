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
