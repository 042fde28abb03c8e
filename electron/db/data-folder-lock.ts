/**
 * One studio per data folder. The lock is a SQLite file held in an exclusive transaction: the operating system
 * drops it with the process, however that ends, so that no stale lock is ever left behind.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import Database, { SqliteError } from 'better-sqlite3'
import { AppError, quoted } from '#shared/errors.ts'
import { databaseError } from './database-error.ts'

/** Ends with the process at the latest. */
export interface DataFolderLock {
  release(): void
}

/** @throws {AppError} `data-folder-busy` if another process (or this one, already) holds the folder */
export function lockDataFolder(lockPath: string): DataFolderLock {
  let lock: Database.Database | undefined
  try {
    lock = new Database(lockPath, { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock?.close()
    if (error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY')) throw busy(lockPath, error)
    throw databaseError(error, lockPath)
  }
  // only for the message of whoever comes second; the lock itself does not depend on it
  writeFileSync(holderPath(lockPath), String(process.pid))
  const held = lock
  return {
    release: () => {
      held.close()
    },
  }
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
    const text = readFileSync(holderPath(lockPath), 'utf8')
    return /^\d{1,10}$/.test(text) ? Number(text) : undefined
  } catch {
    return undefined
  }
}

function holderPath(lockPath: string): string {
  return `${lockPath}.pid`
}
