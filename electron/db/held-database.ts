/**
 * A database that nobody else can read or write until it is released, to take it to another place. Works without
 * opening it as the studio does: it is not migrated, whatever its version.
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { AppError, quoted } from '#shared/errors.ts'
import { syncDir, syncFile } from './sync-file.ts'
import { databaseError } from './database-error.ts'
import { checkIntegrity } from './integrity.ts'

/** Newer than any there will be. */
const RETIRED_VERSION = 0x7fffffff

export class HeldDatabase {
  readonly #db: Database.Database

  /** @throws {AppError} `not-found`, `data-folder-busy` if any other connection is open, `database-corrupt` */
  constructor(path: string) {
    if (!existsSync(path)) {
      throw new AppError('not-found', `there is no database at ${quoted(path)}: name a data folder of Reprise`)
    }
    const db = new Database(path, { timeout: 0 })
    try {
      // in this mode the lock that the transaction takes is kept until the connection closes (sqlite.org/pragma.html)
      db.pragma('locking_mode = EXCLUSIVE')
      db.exec('BEGIN EXCLUSIVE; COMMIT')
    } catch (error) {
      db.close()
      throw databaseError(error, path)
    }
    this.#db = db
  }

  /**
   * A whole copy, checked and on disk when this returns.
   *
   * @param moved where a file or folder will be that a row names by its whole path
   * @throws {AppError} `database-corrupt`, `disk-full`, …
   */
  copyTo(path: string, moved: (path: string) => string): void {
    const temporary = `${path}.tmp`
    rmSync(temporary, { force: true })
    try {
      this.#db.prepare('VACUUM INTO ?').run(temporary)
      const copy = new Database(temporary)
      try {
        movePaths(copy, moved)
        checkIntegrity(copy)
        refuseOther(rowCounts(this.#db), rowCounts(copy), path)
      } finally {
        copy.close()
      }
      syncFile(temporary)
      renameSync(temporary, path)
      syncDir(dirname(path))
    } catch (error) {
      rmSync(temporary, { force: true })
      throw databaseError(error, path)
    }
  }

  /** Makes every Reprise refuse it: a command that waited for the lock must not write to what is about to be removed. */
  retire(): void {
    this.#db.pragma(`user_version = ${RETIRED_VERSION}`)
  }

  release(): void {
    this.#db.close()
  }
}

/** All whole paths in rows; those of images and inputs are relative. Older versions have not all of the tables. */
const MOVED_PATHS: readonly (readonly [table: string, sql: string])[] = [
  [
    'settings',
    `UPDATE settings SET value = (SELECT json_group_array(moved(each.value) ORDER BY each.key) FROM json_each(settings.value) AS each)
     WHERE key = 'setting.modelFolders'`,
  ],
  // one that is known in the new place already stays: the next scan tells which of them is there
  ['models', 'UPDATE OR IGNORE models SET path = moved(path)'],
  ['model_files', 'UPDATE OR IGNORE model_files SET path = moved(path)'],
  [
    'jobs',
    `UPDATE jobs SET request = json_set(request, '$.modelDir', moved(request ->> '$.modelDir'))
     WHERE request ->> '$.modelDir' IS NOT moved(request ->> '$.modelDir')`,
  ],
]

function movePaths(db: Database.Database, moved: (path: string) => string): void {
  db.function('moved', { deterministic: true }, (path: unknown) => (typeof path === 'string' ? moved(path) : path))
  const tables = rowCounts(db)
  for (const [table, sql] of MOVED_PATHS) if (tables.has(table)) db.exec(sql)
}

function rowCounts(db: Database.Database): Map<string, number> {
  const tables = db
    .prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow')`)
    .pluck()
    .all() as string[]
  return new Map(tables.map((name) => [name, db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get() as number]))
}

function refuseOther(expected: Map<string, number>, found: Map<string, number>, path: string): void {
  for (const [table, count] of expected) {
    if (found.get(table) === count) continue
    throw new AppError(
      'database-corrupt',
      `the copy ${quoted(path)} has ${found.get(table) ?? 'no'} rows of ${table} instead of ${count}: nothing was moved, check the disk`,
    )
  }
}
