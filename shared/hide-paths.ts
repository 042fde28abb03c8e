/**
 * A message without the places in it. Errors name files and folders for the person at the studio; whoever asks over a
 * network, or is given an export, gets the names without the folders that they lie in. errors.ts does this to every
 * error that becomes a plain object, so that nobody has to remember it.
 */

/** As `quoted` writes it: backslashes and quotes inside are escaped. */
const QUOTED_PATH = /"(?:[a-z]:|file:\/\/)?(?:\/|\\\\)(?:[^"\\]|\\.)*"/gi
/** As Node's errors write it; nothing in it is escaped, so all up to the last quote belongs to it. */
const NODE_PATH = /'(?:[a-z]:|file:\/\/)?[\\/].*'/gi
/** Of two parts at least: "GET /inputs" and "and/or" are none. */
const BARE_PATH = /(?<=^|[\s(=])(?:[a-z]:|file:\/\/)?[\\/][^\s"'\\/]+[\\/][^\s"']*/gi
const WHOLE_PATH = /^(?:[a-z]:[\\/]|[\\/]{1,2}[^\\/\s]|file:\/\/)/i

export function hidePaths(message: string): string {
  return message
    .replace(QUOTED_PATH, (path) => `"${lastName(path.slice(1, -1))}"`)
    .replace(NODE_PATH, (path) => `'${lastName(path.slice(1, -1))}'`)
    .replace(BARE_PATH, lastName)
}

/** The same of facts: every text in them, at any depth that facts have. */
export function hidePathsIn(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return WHOLE_PATH.test(value) ? lastName(value) : hidePaths(value)
  if (typeof value !== 'object' || value === null) return value
  // deeper than any facts are
  if (depth > 8) return null
  if (Array.isArray(value)) return value.map((part) => hidePathsIn(part, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, hidePathsIn(part, depth + 1)]))
}

/** Of a path that was cut, the last part may be a folder's. */
function lastName(path: string): string {
  return path.endsWith('…') ? '…' : (path.split(/[\\/]+/).findLast((name) => name !== '') ?? '')
}
