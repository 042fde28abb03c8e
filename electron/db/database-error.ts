/** What SQLite reports, as an error with a code and a way out. */
import { SqliteError } from 'better-sqlite3'
import { AppError, quoted, type ErrorCode } from '#shared/errors.ts'

/** By primary result code (sqlite.org/rescode.html); extended codes begin with it. */
const MEANINGS: readonly [code: string, meaning: ErrorCode, say: (path: string) => string][] = [
  ['SQLITE_CORRUPT', 'database-corrupt', damaged],
  ['SQLITE_NOTADB', 'database-corrupt', damaged],
  ['SQLITE_FULL', 'disk-full', (path) => `the disk is full at ${path}: free some space and try again`],
  ['SQLITE_BUSY', 'data-folder-busy', (path) => `another program is writing to ${path}: try again`],
  ['SQLITE_LOCKED', 'data-folder-busy', (path) => `another program is writing to ${path}: try again`],
  // the disk did not do as it was told, once: a network that came back, a cable (sqlite.org/rescode.html#ioerr)
  ['SQLITE_IOERR', 'disk-failed', (path) => `the disk failed at ${path}: check it, and the connection to it`],
  ['SQLITE_NOMEM', 'out-of-memory', (path) => `there is no memory left to work on ${path}: close other programs`],
  ['SQLITE_READONLY', 'output-not-writable', notWritable],
  ['SQLITE_CANTOPEN', 'output-not-writable', notWritable],
  ['SQLITE_PERM', 'output-not-writable', notWritable],
]

function damaged(path: string): string {
  return `the database ${path} is damaged: restore the latest backup. Image files are not touched by that`
}

function notWritable(path: string): string {
  return `the database ${path} cannot be opened for writing: check the permissions of its folder, or choose another`
}

/** Errors that are AppErrors already pass through; so does what does not come from SQLite, as `internal`. */
export function databaseError(error: unknown, path: string): AppError {
  if (!(error instanceof SqliteError)) return AppError.from(error)
  const found = MEANINGS.find(([code]) => error.code === code || error.code.startsWith(`${code}_`))
  const data = { path, sqliteCode: error.code }
  if (found === undefined) {
    return new AppError('internal', `the database refused a statement: ${error.message}`, { data, cause: error })
  }
  const [, meaning, say] = found
  return new AppError(meaning, say(quoted(path)), { data, cause: error })
}
