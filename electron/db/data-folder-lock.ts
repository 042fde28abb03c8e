/**
 * One studio per data folder. The lock is a SQLite file held in an exclusive transaction: the operating system
 * drops it with the process, however that ends, so that no stale lock is ever left behind.
 */
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import Database, { SqliteError } from 'better-sqlite3'
import { AppError, quoted } from '#shared/errors.ts'
import { databaseError } from './database-error.ts'
import { requireFile } from './require-kind.ts'

/** Ends with the process at the latest. */
export interface DataFolderLock {
  /** Whether the file that is held is still the one of that name: not after it was deleted, or its folder moved. */
  isInPlace(): boolean
  release(): void
}

/**
 * @throws {AppError} `data-folder-busy` if another process (or this one, already) holds the folder,
 *   `output-not-writable`, `disk-full`
 */
export function lockDataFolder(lockPath: string): DataFolderLock {
  const held = hold(lockPath)
  try {
    // only for the message of whoever comes second; the lock itself does not depend on it
    if (isPlain(holderPath(lockPath))) writeFileSync(holderPath(lockPath), String(process.pid))
  } catch {
    // a disk that is full, or whatever lies there instead: the message will not name the process
  }
  const own = identityOf(lockPath)
  return {
    isInPlace: () => own !== undefined && identityOf(lockPath) === own,
    release: () => {
      held.close()
    },
  }
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}`
}

function hold(lockPath: string): Database.Database {
  requireFile(lockPath, 'the lock file of the data folder')
  try {
    return begin(lockPath)
  } catch (error) {
    const code = error instanceof SqliteError ? error.code : ''
    if (code.startsWith('SQLITE_BUSY')) throw busy(lockPath, error)
    if (!/^SQLITE_(NOTADB|CORRUPT)/.test(code)) throw lockError(error, lockPath)
  }
  // SQLite looks for other holders before it looks at the content: nobody holds it, and there is nothing in it to lose
  try {
    truncateSync(lockPath)
    return begin(lockPath)
  } catch (error) {
    if (error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY')) throw busy(lockPath, error)
    throw lockError(error, lockPath)
  }
}

function begin(lockPath: string): Database.Database {
  const lock = new Database(lockPath, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    throw error
  }
}

/** Never as a fault of the database: whoever reads that would move away the wrong file. */
function lockError(error: unknown, lockPath: string): AppError {
  const { code, data } = databaseError(error, lockPath)
  return new AppError(
    code === 'disk-full' ? code : 'output-not-writable',
    `the lock file ${quoted(lockPath)} cannot be written: check the disk and the permissions of its folder, or choose ` +
      'another with --data-dir. The database was not touched',
    { data, cause: error },
  )
}

function busy(lockPath: string, cause: unknown): AppError {
  const processId = holderOf(lockPath)
  const who = processId === undefined ? 'another process' : `process ${processId}`
  return new AppError(
    'data-folder-busy',
    `the data folder of ${quoted(lockPath)} is in use by ${who}: close the other Reprise, or choose another folder with --data-dir`,
    { data: { processId: processId ?? null }, cause },
  )
}

function holderOf(lockPath: string): number | undefined {
  try {
    const text = isPlain(holderPath(lockPath)) ? readFileSync(holderPath(lockPath), 'utf8') : ''
    return /^\d{1,10}$/.test(text) ? Number(text) : undefined
  } catch {
    return undefined
  }
}

function holderPath(lockPath: string): string {
  return `${lockPath}.pid`
}

/** A pipe of that name would be waited for for ever. */
function isPlain(path: string): boolean {
  try {
    requireFile(path, 'the name of the process')
    return true
  } catch {
    return false
  }
}
