/**
 * Looks at what really lies under a name of the data folder before anything opens it: a pipe would be waited for for
 * ever, and SQLite's own word for a folder says nothing to people.
 */
import { lstatSync, statSync, type Stats } from 'node:fs'
import { AppError, quoted } from '#shared/errors.ts'

/**
 * @param what for people: "the database"
 * @returns whether it is there; links are followed
 * @throws {AppError} `output-not-writable` if something else has its name
 */
export function requireFile(path: string, what: string): boolean {
  return requireKind(path, what, (found) => found.isFile(), 'a file')
}

/** The same of a folder. */
export function requireFolder(path: string, what: string): boolean {
  return requireKind(path, what, (found) => found.isDirectory(), 'a folder')
}

function requireKind(path: string, what: string, isRight: (found: Stats) => boolean, expected: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false }) ?? lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined || isRight(found)) return found !== undefined
  throw new AppError(
    'output-not-writable',
    `${what}, ${quoted(path)}, should be ${expected} and is ${kindOf(found)}: move it away and start again`,
    { data: { path, found: kindOf(found) } },
  )
}

function kindOf(found: Stats): string {
  if (found.isFile()) return 'a file'
  if (found.isDirectory()) return 'a folder'
  if (found.isFIFO()) return 'a pipe'
  if (found.isSymbolicLink()) return 'a link to nothing'
  return found.isSocket() ? 'a socket' : 'a device'
}
