/** Many images as files of a folder; what is there already is never written over. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExportOptions } from '#shared/contract/history.ts'
import { AppError } from '#shared/errors.ts'
import { openImageFolder, temporaryName } from '../images/image-folder.ts'
import { outputError } from '../images/output-error.ts'
import { giveNewName } from '../images/temporary-file.ts'
import { exportImage, type ExportStore } from './export-image.ts'
import { numberedName } from './export-name.ts'

export interface FolderExport {
  /** Files that were written, in the order of the ids. */
  readonly paths: string[]
  /** Images that could not be exported; the others were. */
  readonly failed: { id: number; error: AppError }[]
}

/** @throws {AppError} `output-not-writable`, `disk-full` */
export async function exportToFolder(
  store: ExportStore,
  ids: readonly number[],
  options: ExportOptions,
  dir: string,
): Promise<FolderExport> {
  const folder = await openImageFolder(dir)
  const result: FolderExport = { paths: [], failed: [] }
  for (const id of ids) {
    const exported = await exportImage(store, id, options).catch((error: unknown) => AppError.from(error))
    if (exported instanceof AppError) result.failed.push({ id, error: exported })
    else result.paths.push(await writeNew(dir, exported.fileName, exported.bytes))
  }
  if (result.paths.length === 0) await folder.removeIfUnused()
  return result
}

/** Under this name, or with a number if that exists; the file has its name only when it is whole on disk. */
async function writeNew(dir: string, name: string, bytes: Uint8Array): Promise<string> {
  const temporary = join(dir, temporaryName())
  try {
    await writeFile(temporary, bytes, { flag: 'wx', flush: true })
    for (let number = 1; ; number++) {
      const path = join(dir, numberedName(name, number))
      if (giveNewName(temporary, path)) return path
    }
  } catch (error) {
    throw error instanceof AppError ? error : outputError(error, dir)
  } finally {
    await rm(temporary, { force: true })
  }
}
