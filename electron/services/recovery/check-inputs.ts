/** Compares input images with their rows. A file's name is the hash of its bytes, so it can be taken back by itself. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { AppError } from '#shared/errors.ts'
import { MAX_IMAGE_FILE_BYTES } from '#shared/image-formats.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { fileTime } from '../images/file-time.ts'
import { inspectInput } from '../images/inspect-input.ts'
import { findStored } from '../images/stored-path.ts'
import { listFiles } from './list-files.ts'
import { note } from './note.ts'

const PART = 1000

/** @returns notes for people */
export async function checkInputs(db: StudioDatabase, dataDir: string): Promise<string[]> {
  const files = new Set(await listFiles(dataDir, 'inputs'))
  const gone: string[] = []
  for (
    let rows = db.read.inputs.after('', PART);
    rows.length > 0;
    rows = db.read.inputs.after(rows.at(-1)!.hash, PART)
  ) {
    for (const { fileName } of rows) {
      if (!files.delete(fileName) && findStored(dataDir, 'inputs', fileName) === undefined) gone.push(fileName)
    }
  }
  const taken: string[] = []
  const left: string[] = []
  for (const fileName of files) ((await takeBack(db, dataDir, fileName)) ? taken : left).push(fileName)
  return [
    ...note(taken, 'input image', 'found in the data folder, and known again'),
    ...note(left, 'file', 'among the input images not what their names say, and left alone'),
    ...note(
      gone,
      'input image',
      'without a file: add the same again, so that what was made from them can be made again',
    ),
  ]
}

/** @returns whether its row was added */
async function takeBack(db: StudioDatabase, dataDir: string, fileName: string): Promise<boolean> {
  const hash = /^inputs\/([0-9a-f]{64})\.[a-z]{1,5}$/.exec(fileName)?.[1]
  const path = findStored(dataDir, 'inputs', fileName)
  if (hash === undefined || path === undefined) return false
  try {
    const { size: sizeBytes, mtimeMs } = await stat(path)
    if (sizeBytes > MAX_IMAGE_FILE_BYTES) return false
    const bytes = await readFile(path)
    if (createHash('sha256').update(bytes).digest('hex') !== hash) return false
    const { widthPx, heightPx } = await inspectInput(bytes)
    db.transaction((write) => {
      write.inputs.add({ hash, fileName, sizeBytes, widthPx, heightPx, createdAtMs: fileTime(mtimeMs) })
    })
    // the same bytes may have a row already, under another name
    return db.read.inputs.find(hash)?.fileName === fileName
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('image-')) return false
    throw error
  }
}
