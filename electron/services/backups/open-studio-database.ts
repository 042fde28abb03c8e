/**
 * The database of a studio that starts: opened, restored from its latest backup if it is damaged or gone, and made to
 * agree with the files, so that images made since that backup come back.
 */
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import { databasePaths } from '../../db/data-folder.ts'
import { isDatabaseGone, openDatabase } from '../../db/open-database.ts'
import { restoreLatestBackup, type Restored } from '../../db/restore-backup.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { checkDataFolder } from '../recovery/check-data-folder.ts'

export interface OpenedDatabase {
  readonly db: StudioDatabase
  /** For people: what was restored, found and mended. */
  readonly notes: string[]
}

/**
 * As owner of the data folder.
 *
 * @throws {AppError} `database-corrupt` if there is no whole backup to restore: then nothing was touched;
 *   `data-folder-busy`, `database-newer`, `disk-full`, `output-not-writable`
 */
export async function openStudioDatabase(dataDir: string): Promise<OpenedDatabase> {
  if (isDatabaseGone(databasePaths(dataDir))) {
    return await openRestored(dataDir, existsSync(databasePaths(dataDir).database) ? 'empty' : 'gone')
  }
  try {
    return await openChecked(dataDir)
  } catch (error) {
    if (AppError.from(error).code !== 'database-corrupt') throw error
    return await openRestored(dataDir, 'damaged', error)
  }
}

async function openChecked(dataDir: string): Promise<OpenedDatabase> {
  const db = openDatabase(dataDir, { role: 'owner' })
  try {
    return { db, ...(await checkDataFolder({ db, dataDir })) }
  } catch (error) {
    db.close()
    throw error
  }
}

async function openRestored(
  dataDir: string,
  what: 'damaged' | 'empty' | 'gone',
  cause?: unknown,
): Promise<OpenedDatabase> {
  const { damagedPath, madeAtMs } = restore(dataDir, what, cause)
  const { db, notes } = await openChecked(dataDir)
  const kept = damagedPath === undefined ? '' : `, and is kept as ${quoted(basename(damagedPath))}`
  const restored =
    `The database was ${what}${kept}. Its backup of ${new Date(madeAtMs).toISOString()} was restored: what was ` +
    'queued, marked, tagged, collected or set since then is lost; images come back from their files'
  return { db, notes: [restored, ...notes] }
}

function restore(dataDir: string, what: string, cause: unknown): Restored {
  try {
    return restoreLatestBackup(dataDir)
  } catch (error) {
    if (AppError.from(error).code !== 'database-corrupt') throw error
    const { database, backups } = databasePaths(dataDir)
    throw new AppError(
      'database-corrupt',
      `the database ${quoted(database)} is ${what}, and ${quoted(backups)} has no whole backup of it. Nothing was ` +
        'changed. Move both away and start again: the images come back into the history from their files, without ' +
        'marks and tags',
      { data: { path: database }, cause: cause ?? error },
    )
  }
}
