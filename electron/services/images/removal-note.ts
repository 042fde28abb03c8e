/**
 * Which image files are about to be deleted for good, written down before their rows go. If a crash comes between,
 * the next start deletes them: otherwise it would take them for lost ones and put them back into the history.
 */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { syncDir } from '../../db/sync-file.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { findStored, makeFolderOf } from './stored-path.ts'

/** A whole note, or none: a crash before its end comes before the rows go. */
const NoteSchema = z.array(z.string())
const NOTE_NAME = /^removal-.*\.json$/

/** @returns the note's path, to be deleted with the last file; undefined if there was no room for one */
export async function writeRemovalNote(dataDir: string, fileNames: readonly string[]): Promise<string | undefined> {
  const path = join(dataDir, 'temporary', `removal-${randomUUID()}.json`)
  try {
    makeFolderOf(dataDir, path)
    await writeFile(path, JSON.stringify(fileNames), { flag: 'wx', flush: true })
    syncDir(dirname(path))
    return path
  } catch {
    // somebody may be emptying the trash because the disk is full
    rmSync(path, { force: true })
    return undefined
  }
}

/** At the start: deletes what a crash left of removals that were committed. Notes go with all of `temporary/`. */
export function finishRemovals(db: StudioDatabase, dataDir: string): void {
  const dir = join(dataDir, 'temporary')
  for (const note of readdirSync(dir).filter((name) => NOTE_NAME.test(name))) {
    const fileNames = readNote(join(dir, note))
    db.transaction(() => {
      for (const fileName of fileNames) {
        const path = findStored(dataDir, 'images', fileName)
        if (path !== undefined && db.read.images.findByFileName(fileName) === undefined) rmSync(path, { force: true })
      }
    })
  }
}

function readNote(path: string): string[] {
  try {
    return NoteSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? []
  } catch {
    return []
  }
}
