/** Whether a data folder can be moved to a place, found out before anything is touched. */
import { existsSync, readdirSync, readFileSync, realpathSync, statfsSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import { outputError } from '../images/output-error.ts'
import { isInside } from './is-inside.ts'
import { NOTE_NAME, resolveDataDir } from './moved-note.ts'

/** In the new place while not everything is there; says where it comes from. */
export const MARK_NAME = 'move-unfinished'

export const LOCK_NAMES = ['reprise.lock', 'downloads.lock'].flatMap((name) => [name, `${name}-journal`, `${name}.pid`])

/** What may lie in a place that counts as empty: a note of an earlier move, and the lock's files. */
const NEGLIGIBLE = [NOTE_NAME, `${NOTE_NAME}.tmp`, ...LOCK_NAMES]

/** Room that a disk keeps after a copy. */
const SPARE_BYTES = 64 * 1024 * 1024

/** The place itself, without links on the way; what is not there yet is taken as it is named. */
export function realPlace(path: string): string {
  const whole = resolve(path)
  if (existsSync(whole)) return realpathSync(whole)
  return dirname(whole) === whole ? whole : join(realPlace(dirname(whole)), basename(whole))
}

/**
 * @param from absolute, as is `to`, both by `realPlace`
 * @throws {AppError} `invalid-argument`, `state-conflict`, `output-not-writable`
 */
export function refuseUnfit(from: string, to: string): void {
  if (isInside(from, to) || isInside(to, from)) {
    throw new AppError(
      'invalid-argument',
      `a data folder cannot be moved into itself or around itself: ${quoted(from)} to ${quoted(to)}; name a place beside it`,
    )
  }
  if (!existsSync(to)) return
  let names: string[]
  try {
    names = readdirSync(to)
  } catch (error) {
    throw outputError(error, to)
  }
  const others = names.filter((name) => !NEGLIGIBLE.includes(name))
  const onlyMark = others.every((name) => name === MARK_NAME)
  const isOurs = others.includes(MARK_NAME) && readFileSync(join(to, MARK_NAME), 'utf8') === from
  if (!onlyMark && !isOurs) {
    throw new AppError(
      'state-conflict',
      `${quoted(to)} is not empty (${quoted(others[0])}): name a folder that is empty, or not there yet`,
      { data: { path: to, found: others.slice(0, 10) } },
    )
  }
  const led = resolveDataDir(to)
  if (led !== to && led !== from) {
    throw new AppError(
      'state-conflict',
      `${quoted(to)} is where another data folder was moved away from, to ${quoted(led)}: name another place`,
    )
  }
}

/** @throws {AppError} `disk-full` */
export function refuseFull(from: string, to: string, sizes: { filesBytes: number; databaseBytes: number }): void {
  const nearest = nearestThere(to)
  const isSameDisk = statSync(nearest).dev === statSync(from).dev
  // files on the same disk are linked; the database is always copied
  const neededBytes = sizes.databaseBytes + (isSameDisk ? 0 : sizes.filesBytes) + SPARE_BYTES
  const { bavail, bsize } = statfsSync(nearest)
  if (bavail * bsize >= neededBytes) return
  const [needed, free] = [neededBytes, bavail * bsize].map((bytes) => `${Math.ceil(bytes / 1e6)} MB`)
  throw new AppError(
    'disk-full',
    `${needed} are needed at ${quoted(to)}, ${free} are free: free some, or move elsewhere`,
    {
      data: { path: to, neededBytes, freeBytes: bavail * bsize },
    },
  )
}

function nearestThere(path: string): string {
  return existsSync(path) ? path : nearestThere(dirname(path))
}
