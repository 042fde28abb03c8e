/** Opens a file of the data folder to be sent: a regular file and nothing else, whatever has its name by now. */
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { AppError } from '#shared/errors.ts'

/** A link is not followed, and a pipe not waited for; Windows knows neither flag, and has neither kind there. */
const FLAGS =
  constants.O_RDONLY |
  ((constants.O_NOFOLLOW as number | undefined) ?? 0) |
  ((constants.O_NONBLOCK as number | undefined) ?? 0)

/** @throws {AppError} `image-file-missing` */
export async function openStored(path: string): Promise<{ file: FileHandle; size: number }> {
  let file: FileHandle | undefined
  try {
    file = await open(path, FLAGS)
    const found = await file.stat()
    if (found.isFile()) return { file, size: found.size }
    throw new Error('it is no file')
  } catch (error) {
    await file?.close()
    throw new AppError('image-file-missing', 'the file is gone from the data folder', { cause: error })
  }
}
