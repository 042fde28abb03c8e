/** One step from a version of the database to the next. Forward only; never edited once released. */
export interface Migration {
  /** The version it leads to; counted from 1 without gaps. */
  readonly version: number
  readonly name: string
  /** Statements, run in one transaction with all other pending migrations. */
  readonly sql: string
}
