/**
 * Brings a database to the current version: forward only, in one transaction, after a check and a backup. What
 * fails in between leaves the old version as it was.
 */
import type Database from 'better-sqlite3'
import { AppError, quoted } from '#shared/errors.ts'
import { writeBackup } from './backup.ts'
import { checkIntegrity, checkReferences } from './integrity.ts'
import type { Migration } from './migrations/migration.ts'

/** Marks a SQLite file as ours: "Rprs". */
const APPLICATION_ID = 0x52707273

function versionOf(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }))
}

/** Whether migrations are pending. @throws {AppError} `database-newer`, `database-corrupt` (not a database of ours) */
export function needsMigration(db: Database.Database, migrations: readonly Migration[]): boolean {
  const version = versionOf(db)
  refuseNewer(db.name, version, migrations)
  const applicationId = Number(db.pragma('application_id', { simple: true }))
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined
  if (!isEmpty && applicationId !== APPLICATION_ID) {
    throw new AppError('database-corrupt', `${quoted(db.name)} is not a database of Reprise: move it away`, {
      data: { path: db.name, applicationId },
    })
  }
  return version < migrations.length
}

/**
 * Runs what is pending. A database that holds something is checked and backed up first.
 *
 * @returns the backup's path, if one was made
 * @throws {AppError} `database-corrupt`, `disk-full`
 */
export function migrate(
  db: Database.Database,
  migrations: readonly Migration[],
  backupsDir: string,
): string | undefined {
  const from = versionOf(db)
  const isNew = from === 0
  let backup: string | undefined
  if (!isNew) {
    checkIntegrity(db)
    backup = writeBackup(db, backupsDir)
  }
  // a table that is made anew would take what refers to it along; a transaction cannot change this setting
  db.pragma('foreign_keys = OFF')
  try {
    db.transaction(() => {
      for (const { version, sql } of migrations.slice(from)) {
        db.exec(sql)
        db.pragma(`user_version = ${version}`)
      }
      db.pragma(`application_id = ${APPLICATION_ID}`)
      if (!isNew) checkReferences(db)
    }).immediate()
  } finally {
    db.pragma('foreign_keys = ON')
  }
  return backup
}

/** @throws {AppError} `database-newer` */
export function refuseNewer(path: string, version: number, migrations: readonly Migration[]): void {
  if (version <= migrations.length) return
  throw new AppError(
    'database-newer',
    `the database ${quoted(path)} has version ${version}, this Reprise knows ${migrations.length}: ` +
      'install the newer Reprise that wrote it. Nothing was changed',
    { data: { path, version, knownVersion: migrations.length } },
  )
}
