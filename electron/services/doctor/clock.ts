/** Whether this machine's clock can be right. */
import type { Finding } from '#shared/contract/studio.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { bad, good, warning } from './finding.ts'

/** Before this was written; and longer than it will be used. */
const EARLIEST_MS = Date.UTC(2026, 0, 1)
const LATEST_MS = Date.UTC(2100, 0, 1)

/** The history is ordered by time: a clock that is wrong puts new images among old ones. */
export function clock(db: StudioDatabase | undefined, nowMs = Date.now()): Finding {
  const now = new Date(nowMs).toISOString().slice(0, 16).replace('T', ' ')
  const advice = 'set the clock of this machine: the history is ordered by it'
  if (nowMs < EARLIEST_MS || nowMs > LATEST_MS) return bad('clock', `it is not ${now} UTC: ${advice}`)
  const newest = db?.read.history.page({ limit: 1 }).images.at(0)
  if (newest === undefined || newest.createdAtMs <= nowMs) return good('clock', `${now} UTC`)
  const made = new Date(newest.createdAtMs).toISOString().slice(0, 16).replace('T', ' ')
  return warning('clock', `it is ${now} UTC, and the newest image was made at ${made}: ${advice}`)
}
