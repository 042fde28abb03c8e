/**
 * Takes away what a kill left behind: pictures of images that are gone for good, and files that were being written.
 * It knows every kind of file that a data folder may hold; what is none of them stays, and the check-up names it.
 */
import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { findStored } from '../images/stored-path.ts'
import { listFiles } from './list-files.ts'
import { isLeftOver } from './left-over.ts'

/** Looked up in one transaction, in which nobody adds a row. */
const PART = 1_000

/** For the owner of the data folder. */
export async function sweep(db: StudioDatabase, dataDir: string): Promise<void> {
  const thumbnails = (await listFiles(dataDir, 'thumbnails')).filter((name) => imageIdOf(name) !== undefined)
  removeStored(db, dataDir, 'thumbnails', thumbnails, (name) => !db.read.images.has(imageIdOf(name)!))
  const differences = (await listFiles(dataDir, 'differences')).filter((name) => DIFFERENCE.test(name))
  removeStored(db, dataDir, 'differences', differences, (name) => !db.read.verdicts.hasDifferenceFile(name))
  for (const folder of [dataDir, join(dataDir, 'backups')]) removeLeftOver(folder)
}

const DIFFERENCE = /^differences\/[0-9a-f-]{36}\.png$/

function imageIdOf(thumbnail: string): number | undefined {
  const id = /^thumbnails\/(\d{1,16})-\d+\.webp$/.exec(thumbnail)?.[1]
  return id === undefined ? undefined : Number(id)
}

function removeStored(
  db: StudioDatabase,
  dataDir: string,
  folder: 'thumbnails' | 'differences',
  names: readonly string[],
  isNobodys: (name: string) => boolean,
): void {
  const suspects = names.filter(isNobodys)
  for (let from = 0; from < suspects.length; from += PART) {
    db.transaction(() => {
      // a command beside this studio may have given it its row meanwhile
      for (const name of suspects.slice(from, from + PART).filter(isNobodys)) {
        const path = findStored(dataDir, folder, name)
        if (path !== undefined) remove(path)
      }
    })
  }
}

function removeLeftOver(folder: string): void {
  for (const name of namesIn(folder)) {
    const path = join(folder, name)
    if (isLeftOver(name, lstatSync(path, { throwIfNoEntry: false })?.mtimeMs)) remove(path)
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** What is in use on Windows goes at another start. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // it is looked at again
  }
}
