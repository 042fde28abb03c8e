/** SQLite's own checks of a whole database file. */
import type Database from 'better-sqlite3'
import { AppError, quoted } from '#shared/errors.ts'

/**
 * Everything: pages, indexes against tables, constraints, references. Seconds for a gigabyte.
 * @throws {AppError} `database-corrupt` with the first findings
 */
export function checkIntegrity(db: Database.Database): void {
  const findings = (db.pragma('integrity_check(10)') as { integrity_check: string }[])
    .map((row) => row.integrity_check)
    .filter((finding) => finding !== 'ok')
  const orphans = db.pragma('foreign_key_check') as { table: string; rowid: number | null; parent: string }[]
  findings.push(...orphans.slice(0, 10).map(({ table, parent }) => `a row of ${table} lacks its row in ${parent}`))
  refuse(db, findings)
}

/** Pages and order only; for a start after an end that was not clean. @throws {AppError} `database-corrupt` */
export function checkQuickly(db: Database.Database): void {
  const rows = db.pragma('quick_check(10)') as { quick_check: string }[]
  refuse(
    db,
    rows.map((row) => row.quick_check).filter((finding) => finding !== 'ok'),
  )
}

function refuse(db: Database.Database, findings: string[]): void {
  if (findings.length === 0) return
  throw new AppError(
    'database-corrupt',
    `the database ${quoted(db.name)} is damaged (${quoted(findings[0])}): restore the latest backup. ` +
      'Image files are not touched by that',
    { data: { path: db.name, findings } },
  )
}
