/** The database: whether all of it is sound, its backups, and the images that it names. */
import { statSync } from 'node:fs'
import type { Finding } from '#shared/contract/studio.ts'
import { listBackups } from '../../db/backup.ts'
import { databasePaths } from '../../db/data-folder.ts'
import { databaseError } from '../../db/database-error.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { findStored } from '../images/stored-path.ts'
import { listFiles } from '../recovery/list-files.ts'
import { bad, counted, good, warning } from './finding.ts'

/** A running studio makes one a day. */
const OLD_BACKUP_DAYS = 7
const DAY_MS = 86_400_000
/** Rows read at a time. */
const PART = 5_000

/** Everything SQLite can check: nothing else can use this process meanwhile. */
export function integrity(db: StudioDatabase, dataDir: string): Finding {
  const begin = performance.now()
  try {
    db.checkIntegrity()
  } catch (error) {
    return bad('database', databaseError(error, databasePaths(dataDir).database).message)
  }
  const seconds = (performance.now() - begin) / 1000
  return good(
    'database',
    `sound, fully checked in ${seconds.toFixed(1)} s; ${counted(db.read.history.count(), 'image')}`,
  )
}

export function backups(dataDir: string, nowMs = Date.now()): Finding {
  const latest = listBackups(databasePaths(dataDir).backups).at(0)
  if (latest === undefined) {
    const found = 'there is no backup of the database yet'
    return isNew(dataDir, nowMs)
      ? good('backups', `${found}: a running studio makes the first within an hour of the first image, then one a day`)
      : warning('backups', `${found}: a running studio makes one a day; start it, and see whether it warns`)
  }
  const days = Math.floor((nowMs - latest.madeAtMs) / DAY_MS)
  const found = `the latest backup of the database is ${days < 1 ? 'of the last 24 hours' : `${counted(days, 'day')} old`}`
  if (days <= OLD_BACKUP_DAYS) return good('backups', found)
  return warning('backups', `${found}: a running studio makes one a day; start it, and see whether it warns`)
}

function isNew(dataDir: string, nowMs: number): boolean {
  const stats = statSync(databasePaths(dataDir).database, { throwIfNoEntry: false })
  return stats !== undefined && nowMs - stats.birthtimeMs < DAY_MS
}

/** By names alone, as the start's check does; changes nothing. */
export async function imageFiles(db: StudioDatabase, dataDir: string): Promise<Finding> {
  const unknown = new Set(await listFiles(dataDir, 'images'))
  let imageCount = 0
  let missingCount = 0
  for (let id = 0; ;) {
    const rows = db.read.images.filesAfter(id, PART)
    imageCount += rows.length
    for (const { fileName } of rows) {
      // saved after the files were listed, perhaps
      if (unknown.delete(fileName) || findStored(dataDir, 'images', fileName) !== undefined) continue
      missingCount++
    }
    if (rows.length < PART) break
    id = rows.at(-1)!.id
  }
  const problems = [
    ...(missingCount === 0
      ? []
      : [`${counted(missingCount, 'image')} of the history without a file: Reproduce makes them again`]),
    ...(unknown.size === 0
      ? []
      : [
          `${counted(unknown.size, 'file')} that the history does not know: the next start of the studio looks at them`,
        ]),
  ]
  if (problems.length > 0) return warning('image files', problems.join('; '))
  return good('image files', `${counted(imageCount, 'image')}, each with its file`)
}
