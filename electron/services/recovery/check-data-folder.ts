/**
 * Before a studio runs anything, it makes rows and files agree again, whatever ended the last one: a crash, a kill, a
 * power cut, a database restored from its backup, or somebody who tidied up in the folder.
 *
 * Every change is made in a transaction that looks again: commands may work beside this studio already.
 */
import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { requireFolder } from '../../db/require-kind.ts'
import { finishRemovals } from '../images/removal-note.ts'
import { STORED_FOLDERS } from '../images/stored-path.ts'
import { checkImages } from './check-images.ts'
import { checkInputs } from './check-inputs.ts'
import { recoverInterrupted } from './recover-interrupted.ts'
import { sweep } from './sweep.ts'

/**
 * For the owner of the data folder.
 *
 * @returns notes for people: what was found and what was done about it; none if all was well
 * @throws {AppError} `disk-full`, `data-folder-busy`, `database-corrupt`
 */
export async function checkDataFolder({
  db,
  dataDir,
}: {
  db: StudioDatabase
  dataDir: string
}): Promise<{ notes: string[] }> {
  for (const folder of STORED_FOLDERS) requireFolder(join(dataDir, folder), `the folder of ${folder}`)
  await emptyTemporary(db, dataDir)
  // inputs first: images that come back need the rows of theirs
  const notes = [...(await checkInputs(db, dataDir)), ...(await checkImages(db, dataDir))]
  await sweep(db, dataDir)
  // last: what finished just before the end is done by now
  cancelLeftOver(db)
  recoverInterrupted(db)
  return { notes }
}

async function emptyTemporary(db: StudioDatabase, dataDir: string): Promise<void> {
  const dir = join(dataDir, 'temporary')
  const isFolder = await lstat(dir).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) return
  finishRemovals(db, dataDir)
  // what is in use by a command on Windows stays; it removes that itself
  for (const name of await readdir(dir)) await rm(join(dir, name), { recursive: true, force: true }).catch(() => null)
}

/** Items that still ran when their job had been cancelled: nothing would ever take them up again. */
function cancelLeftOver(db: StudioDatabase): void {
  const isOver = (jobId: number): boolean => db.read.jobs.get(jobId).finishedAtMs !== null
  const leftOver = db.read.jobItems.running().filter(({ jobId }) => isOver(jobId))
  if (leftOver.length === 0) return
  db.transaction((write) => {
    for (const { id } of leftOver) write.jobItems.cancel(id, Date.now())
  })
}
