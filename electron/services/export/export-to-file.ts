/** One image as a file of the person's choice. */
import { rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { temporaryName } from '../images/image-folder.ts'
import { outputError } from '../images/output-error.ts'

/**
 * What has that name already is replaced, in one step, when the new file is whole: the person was asked.
 *
 * @throws {AppError} `output-not-writable`, `disk-full`
 */
export async function exportToFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), temporaryName())
  try {
    await writeFile(temporary, bytes, { flag: 'wx', flush: true })
    await rename(temporary, path)
  } catch (error) {
    throw outputError(error, path)
  } finally {
    await rm(temporary, { force: true })
  }
}
