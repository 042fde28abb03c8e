import { notFound } from './not-found.ts'
import type { ReadSql } from './sql.ts'

/** Ids as a list that SQL takes: `SELECT value FROM json_each(@ids)`. */
export function idList(ids: readonly number[]): string {
  return JSON.stringify(ids)
}

/** @throws {AppError} `not-found`, with the first that is not there */
export function refuseUnknownImages(sql: ReadSql, ids: readonly number[]): void {
  const unknown = sql.get<{ id: number }>(
    `SELECT value AS id FROM json_each(@ids)
     WHERE NOT EXISTS (SELECT 1 FROM images WHERE id = value) LIMIT 1`,
    { ids: idList(ids) },
  )
  if (unknown !== undefined) throw notFound('image', unknown.id)
}
