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

  /** A whole copy, checked and on disk when this returns. @throws {AppError} `database-corrupt`, `disk-full`, … */
  copyTo(path: string): void {
    const temporary = `${path}.tmp`
    rmSync(temporary, { force: true })
    try {
      this.#db.prepare('VACUUM INTO ?').run(temporary)
      const copy = new Database(temporary, { readonly: true })
      try {
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
