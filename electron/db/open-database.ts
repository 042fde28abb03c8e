/**
 * Opens the database of a data folder: creates it, migrates it, or refuses it and says why.
 *
 * An `owner` holds the folder until it closes: the studio, which runs the queue. A `guest` reads and writes beside
 * an owner, in short transactions: a command that adds to the history or lists it. WAL lets them.
 */
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { AppError, quoted } from '#shared/errors.ts'
import { listBackups, writeBackup } from './backup.ts'
import { databasePaths, type DatabasePaths } from './data-folder.ts'
import { lockDataFolder, type DataFolderLock } from './data-folder-lock.ts'
import { databaseError } from './database-error.ts'
import { checkQuickly, checkSchema } from './integrity.ts'
import { migrate, needsMigration, refuseNewer } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'
import { requireFile, requireFolder } from './require-kind.ts'
import { StudioDatabase } from './studio-database.ts'

export interface OpenOptions {
  role?: 'owner' | 'guest'
  /** For tests: other versions of the schema. */
  migrations?: readonly Migration[]
}

/** The driver's binary is built for Node-API 10; an older Node would crash in it without a word. */
const NODE_API_VERSION = 10

/**
 * @throws {AppError} `data-folder-busy`, `database-newer` (nothing was touched), `database-corrupt` (for a guest also if
 *   it is gone and there are backups), `disk-full`, `output-not-writable`
 */
export function openDatabase(dataDir: string, options: OpenOptions = {}): StudioDatabase {
  const { role = 'owner', migrations = MIGRATIONS } = options
  if (Number(process.versions.napi) < NODE_API_VERSION) {
    throw new AppError('internal', `the database needs Node 22.14 or later, this is ${process.versions.node}`)
  }
  const paths = databasePaths(dataDir)
  try {
    mkdirSync(dataDir, { recursive: true })
    requireKinds(paths)
    // a new one in its place would keep the owner from restoring it
    if (role === 'guest' && isDatabaseGone(paths)) throw gone(paths)
    refuseNewer(paths.database, versionInFile(paths.database), migrations)
  } catch (error) {
    throw fileError(error, dataDir)
  }
  const lock = role === 'owner' ? lockDataFolder(paths.lock) : undefined
  try {
    const db = connect(paths, lock, migrations)
    return new StudioDatabase(db, {
      backup: () => writeBackup(db, paths.backups),
      requirePlace: () => {
        if (lock?.isInPlace() === false) throw outOfPlace(paths)
      },
      onClose: () => lock?.release(),
    })
  } catch (error) {
    lock?.release()
    throw databaseError(error, paths.database)
  }
}

function requireKinds({ database, backups }: DatabasePaths): void {
  requireFile(database, 'the database')
  for (const suffix of ['-wal', '-shm', '-journal']) requireFile(database + suffix, 'a part of the database')
  requireFolder(backups, 'the folder of backups')
}

/** It was there: there are backups of it. A full disk or a sync program leaves an empty file, to SQLite a new database. */
export function isDatabaseGone({ database, backups }: DatabasePaths): boolean {
  return !hasContent(database) && !hasContent(`${database}-wal`) && listBackups(backups).length > 0
}

function hasContent(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0
}

/** Its files are open and could be written all the same, beside a studio that has begun in their place. */
function outOfPlace({ lock }: DatabasePaths): AppError {
  return new AppError(
    'data-folder-busy',
    `${quoted(lock)} is not the file any more that this studio holds: the data folder was renamed or moved, or the file ` +
      'was deleted, and another studio may have begun there. Nothing is written any more; put the folder back where it ' +
      'was, and start the studio again',
    { data: { path: lock } },
  )
}

function gone({ database }: DatabasePaths): AppError {
  return new AppError(
    'database-corrupt',
    `the database ${quoted(database)} is gone or empty, and there are backups of it: start the studio (reprise serve, ` +
      'reprise queue run or the desktop app), which restores the latest and takes the images back from their files',
    { data: { path: database } },
  )
}

function connect(
  paths: DatabasePaths,
  held: DataFolderLock | undefined,
  migrations: readonly Migration[],
): Database.Database {
  const db = new Database(paths.database)
  try {
    db.pragma('journal_mode = WAL')
    // with WAL, NORMAL could lose the last commits in a power cut
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    db.pragma('trusted_schema = OFF')
    db.pragma('temp_store = MEMORY')
    // KiB, negative: the indexes of 100,000 images fit
    db.pragma('cache_size = -65536')
    if (held !== undefined) checkQuickly(db)
    if (needsMigration(db, migrations)) migrateAlone(db, paths, held, migrations)
    else if (held !== undefined) checkSchema(db, migrations)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** A guest may be the first to meet an old database; it migrates only where nobody owns the folder. */
function migrateAlone(
  db: Database.Database,
  paths: DatabasePaths,
  held: DataFolderLock | undefined,
  migrations: readonly Migration[],
): void {
  const lock = held ?? lockDataFolder(paths.lock)
  try {
    // another guest may have done it while this one waited
    if (needsMigration(db, migrations)) migrate(db, migrations, paths.backups)
  } finally {
    if (held === undefined) lock.release()
  }
}

/** The version from the file's header (sqlite.org/fileformat.html, 1.3), read without opening it as a database. */
function versionInFile(path: string): number {
  if (!existsSync(path)) return 0
  const header = Buffer.alloc(100)
  const file = openSync(path, 'r')
  try {
    if (readSync(file, header) < header.length) return 0
  } finally {
    closeSync(file)
  }
  return header.toString('latin1', 0, 15) === 'SQLite format 3' ? header.readUInt32BE(60) : 0
}

function fileError(error: unknown, dataDir: string): AppError {
  if (error instanceof AppError) return error
  const { code = '', message } = error as NodeJS.ErrnoException
  return new AppError(
    code === 'ENOSPC' || code === 'EDQUOT' ? 'disk-full' : code === 'EIO' ? 'disk-failed' : 'output-not-writable',
    `the data folder cannot be used: ${message}. Choose another with --data-dir`,
    { data: { path: dataDir, systemCode: code }, cause: error },
  )
}
