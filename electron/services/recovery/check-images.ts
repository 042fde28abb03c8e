/** Compares image files with their rows: by name, so that a hundred thousand take a second; only strangers are read. */
import { AppError } from '#shared/errors.ts'
import type { ImageFile } from '../../db/images-reader.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { findStored } from '../images/stored-path.ts'
import { listFiles } from './list-files.ts'
import { note } from './note.ts'
import { recoverImage, type Recovery } from './recover-image.ts'

/** Rows read at a time, and marked in one transaction. */
const PART = 5000
/** Read and decoded at the same time. */
const AT_ONCE = 4

/** @returns notes for people */
export async function checkImages(db: StudioDatabase, dataDir: string): Promise<string[]> {
  const files = new Set(await listFiles(dataDir, 'images'))
  const gone: ImageFile[] = []
  const back: ImageFile[] = []
  for (let id = 0; ;) {
    const rows = db.read.images.filesAfter(id, PART)
    for (const row of rows) {
      // saved after the files were listed, perhaps
      const isThere = files.delete(row.fileName) || findStored(dataDir, 'images', row.fileName) !== undefined
      if (isThere === row.isMissing) (isThere ? back : gone).push(row)
    }
    if (rows.length < PART) break
    id = rows.at(-1)!.id
  }
  // first, because a file that was moved is looked for among the rows that are marked
  markMissing(db, dataDir, [...gone, ...back])
  return [
    ...note(namesOf(gone), 'image', 'of the history without a file; Reproduce makes again what was made here'),
    ...note(namesOf(back), 'image', 'that had lost the file and have it again'),
    ...(await recoverAll(db, dataDir, [...files].sort())),
  ]
}

function namesOf(images: readonly ImageFile[]): string[] {
  return images.map(({ fileName }) => fileName)
}

/** Looked at again, because a command beside this studio may be saving or removing images. */
function markMissing(db: StudioDatabase, dataDir: string, images: readonly ImageFile[]): void {
  for (let from = 0; from < images.length; from += PART) {
    db.transaction((write) => {
      for (const { id, fileName } of images.slice(from, from + PART)) {
        if (db.read.images.has(id)) write.images.setMissing(id, findStored(dataDir, 'images', fileName) === undefined)
      }
    })
  }
}

async function recoverAll(db: StudioDatabase, dataDir: string, fileNames: readonly string[]): Promise<string[]> {
  const outcomes: Record<Recovery, string[]> = {
    added: [],
    finished: [],
    moved: [],
    stranger: [],
    damaged: [],
    'without-input': [],
    copy: [],
    settled: [],
  }
  const failed: string[] = []
  const recover = async (fileName: string): Promise<void> => {
    try {
      outcomes[await recoverImage(db, dataDir, fileName)].push(fileName)
    } catch (error) {
      const { code, retryable } = AppError.from(error)
      if (retryable || code === 'database-corrupt') throw error
      failed.push(fileName)
    }
  }
  for (let from = 0; from < fileNames.length; from += AT_ONCE) {
    await Promise.all(fileNames.slice(from, from + AT_ONCE).map(recover))
  }
  return [
    ...note(outcomes.finished, 'image', 'finished just before the studio ended, and kept'),
    ...note(outcomes.added, 'image', 'put back into the history from files'),
    ...note(outcomes.moved, 'image', 'moved within the data folder, and found again'),
    ...note(outcomes.copy, 'file', 'taken away that a kill had left beside the same image under another name'),
    ...note(outcomes['without-input'], 'image', 'not in the history, because their input image is not known'),
    ...note(outcomes.damaged, 'image file', 'damaged, and left alone'),
    ...note(outcomes.stranger, 'file', 'among the images that the history does not keep, and left alone'),
    ...note(failed, 'image', 'that could not be put back into the history'),
  ]
}
