/**
 * Puts the latest whole backup in the place of a damaged database. The damaged one is kept beside it: nothing is
 * deleted, and image files are not touched; those that the backup does not know can be found by comparing.
 */
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { AppError, quoted } from '#shared/errors.ts'
import { listBackups, type Backup } from './backup.ts'
import { databasePaths } from './data-folder.ts'
import { lockDataFolder } from './data-folder-lock.ts'
import { checkIntegrity, checkSchema } from './integrity.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { syncDir, syncFile } from './sync-file.ts'

export interface Restored {
  readonly backupPath: string
  /** What was changed after this is not in the restored database. */
  readonly madeAtMs: number
  /** Where the damaged database is now; none if there was no file. */
  readonly damagedPath?: string
}

/**
 * The database must be closed.
 * @throws {AppError} `database-corrupt` if no backup is whole, `data-folder-busy`
 */
export function restoreLatestBackup(dataDir: string, nowMs = Date.now()): Restored {
  const paths = databasePaths(dataDir)
  const lock = lockDataFolder(paths.lock)
  try {
    const backup = listBackups(paths.backups).find(isWhole)
    if (backup === undefined) {
      throw new AppError('database-corrupt', `there is no whole backup in ${quoted(paths.backups)} to restore`, {
        data: { path: paths.backups },
      })
    }
    const temporary = `${paths.database}.restoring`
    copyFileSync(backup.path, temporary)
    syncFile(temporary)
    const damagedPath = setAside(paths.database, nowMs)
    renameSync(temporary, paths.database)
    syncDir(dirname(paths.database))
    return { backupPath: backup.path, madeAtMs: backup.madeAtMs, ...(damagedPath !== undefined && { damagedPath }) }
  } finally {
    lock.release()
  }
}

/** With its log: whoever tries to rescue something from it needs both. */
function setAside(database: string, nowMs: number): string | undefined {
  const isThere = existsSync(database)
  const aside = `${database}.damaged-${nowMs}`
  // the log first: it must never be found beside the restored file, whose pages it does not fit
  if (existsSync(`${database}-wal`)) renameSync(`${database}-wal`, `${aside}-wal`)
  rmSync(`${database}-shm`, { force: true })
  if (isThere) renameSync(database, aside)
  return isThere ? aside : undefined
}

function isWhole(backup: Backup): boolean {
  let db: Database.Database | undefined
  try {
    db = new Database(backup.path, { readonly: true, fileMustExist: true })
    checkIntegrity(db)
    checkSchema(db, MIGRATIONS)
    return true
  } catch {
    return false
  } finally {
    db?.close()
  }
}
