/**
 * A message without the places in it. Errors name files and folders for the person at the studio; who asks over this
 * API may be somebody else's program, and gets the names without the folders they lie in.
 */
const QUOTED_PATH = /"(?:[a-z]:)?[\\/][^"]*"/gi
const BARE_PATH = /(?<=^|[\s('=])(?:[a-z]:[\\/]|[\\/])[^\s"']*/gi

export function hidePaths(message: string): string {
  return message
    .replace(QUOTED_PATH, (path) => `"${lastName(path.slice(1, -1))}"`)
    .replace(BARE_PATH, (path) => lastName(path))
}

function lastName(path: string): string {
  return path.split(/[\\/]+/).findLast((name) => name !== '') ?? ''
}
