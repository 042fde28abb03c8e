/**
 * The one door to the driver: prepares each statement once, and turns whatever SQLite says into an AppError.
 *
 * Parameters are named (`@name`). Integers come back as numbers: none that is stored passes 2^53 (seeds are kept
 * as text, see seed-column.ts).
 */
import type Database from 'better-sqlite3'
import { AppError } from '#shared/errors.ts'
import { databaseError } from './database-error.ts'

type SqlValue = string | number | bigint | Uint8Array | null
export type SqlParams = Record<string, SqlValue>

export class ReadSql {
  readonly #db: Database.Database
  readonly #statements = new Map<string, Database.Statement>()

  constructor(db: Database.Database) {
    this.#db = db
  }

  /** All rows. @throws {AppError} `database-corrupt`, `data-folder-busy`, `disk-full`, … */
  all<Row>(text: string, params: SqlParams = {}): Row[] {
    return this.#guarded(() => this.#statement(text).all(params) as Row[])
  }

  /** The first row, if there is one. */
  // the caller names the row, as with the driver's own types
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  get<Row>(text: string, params: SqlParams = {}): Row | undefined {
    return this.#guarded(() => this.#statement(text).get(params) as Row | undefined)
  }

  /** Runs a statement that changes data; only WriteSql makes it reachable. */
  protected execute(text: string, params: SqlParams): { changes: number; lastId: number } {
    return this.#guarded(() => {
      const { changes, lastInsertRowid } = this.#statement(text).run(params)
      return { changes, lastId: Number(lastInsertRowid) }
    })
  }

  #statement(text: string): Database.Statement {
    let statement = this.#statements.get(text)
    if (statement === undefined) {
      statement = this.#db.prepare(text)
      this.#statements.set(text, statement)
    }
    return statement
  }

  #guarded<T>(action: () => T): T {
    try {
      return action()
    } catch (error) {
      throw databaseError(error, this.#db.name)
    }
  }
}

/** What writers write through. It lives as long as its transaction: kept longer, it refuses. */
export class WriteSql extends ReadSql {
  #isOpen = false

  run(text: string, params: SqlParams = {}): { changes: number; lastId: number } {
    if (!this.#isOpen) throw new AppError('internal', 'a writer was used outside of the transaction that handed it out')
    return this.execute(text, params)
  }

  /** Runs `action` with writing allowed. */
  during<T>(action: () => T): T {
    this.#isOpen = true
    try {
      return action()
    } finally {
      this.#isOpen = false
    }
  }
}
