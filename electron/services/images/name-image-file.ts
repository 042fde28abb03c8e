/**
 * Gives an image's file its name inside the transaction that gives it a row, so that no row ever points at nothing
 * (docs/adr/0007-files-and-rows.md): the one way in for what is made and for what is imported.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import type { StudioDatabase, Writers } from '../../db/studio-database.ts'
import { makeFolderOf, storedPath } from './stored-path.ts'
import { giveNewName } from './temporary-file.ts'

interface DataFolder {
  readonly db: StudioDatabase
  readonly dataDir: string
}

/** Where it goes: the folder of a day (UTC), and what comes before "-<seed>.png"; where that exists, "-2", "-3", … */
export interface ImagePlace {
  readonly name: string
  readonly dayMs: number
  /** Without the dot. Default: png. */
  readonly extension?: string
}

/**
 * @param work runs in the transaction; `giveName` names the file and returns what its row has to say. What `work`
 *   throws undoes both
 * @throws {AppError} `disk-full`, `output-not-writable`, what `work` throws
 */
export function nameImageFile<T>(
  folder: DataFolder,
  temporaryPath: string,
  work: (write: Writers, giveName: (place: ImagePlace, seed?: bigint) => string) => T,
): T {
  let fileName: string | undefined
  try {
    return folder.db.transaction((write) =>
      work(write, ({ name, dayMs, extension = 'png' }, seed) => {
        const day = new Date(dayMs).toISOString().slice(0, 10)
        const stem = `images/${day}/${name}${seed === undefined ? '' : `-${seed.toString()}`}`
        return (fileName = placeNew(folder, temporaryPath, stem, extension))
      }),
    )
  } catch (error) {
    if (fileName !== undefined) takeAway(folder, fileName)
    throw error
  }
}

/** Absolute path under which an image of this name lies. @throws {AppError} `output-not-writable` */
export function imagePath(dataDir: string, fileName: string): string {
  const path = storedPath(dataDir, 'images', fileName)
  if (path === undefined) {
    throw new AppError('output-not-writable', `${quoted(fileName)} is no name for an image of the data folder`, {
      data: { fileName },
    })
  }
  return path
}

function placeNew({ db, dataDir }: DataFolder, temporaryPath: string, stem: string, extension: string): string {
  for (let number = 1; ; number++) {
    const fileName = `${stem}${number === 1 ? '' : `-${number}`}.${extension}`
    // a row whose file is missing keeps its name: the file may come back
    if (db.read.images.findByFileName(fileName) !== undefined) continue
    const path = imagePath(dataDir, fileName)
    makeFolderOf(dataDir, path)
    if (giveNewName(temporaryPath, path)) return fileName
  }
}

/**
 * Whatever failed, the file goes only if it has no row, and nobody can give it one meanwhile. If even that fails it
 * stays: a file without a row comes back into the history at the next start.
 */
function takeAway({ db, dataDir }: DataFolder, fileName: string): void {
  try {
    db.transaction(() => {
      if (db.read.images.findByFileName(fileName) === undefined) rmSync(join(dataDir, fileName))
    })
  } catch {
    // what made it fail is told
  }
}
