/** Reading parts of large files that may not be what they claim to be, or may change while they are read. */
import { constants, type Stats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'

/** Node refuses reads of 2 GiB and more. */
const MAX_READ_BYTES = 2 ** 30
/** Opening a pipe would otherwise wait for its writer. Windows has neither the flag nor the problem. */
const OPEN_FLAGS = constants.O_RDONLY | ((constants as { O_NONBLOCK?: number }).O_NONBLOCK ?? 0)

/** `weights-invalid` about one file, which is named by its base name only. */
export function weightsInvalid(file: string, what: string, cause?: unknown): AppError {
  return new AppError('weights-invalid', `${quoted(basename(file))}: ${what}`, {
    data: { file: basename(file) },
    cause,
  })
}

export interface OpenedFile {
  readonly handle: FileHandle
  readonly stats: Stats
}

/**
 * Opens a weights file. Links are followed, as the Hugging Face cache is made of them, but what they lead to must
 * be a regular file. The caller closes the handle.
 * @throws {AppError} `weights-invalid`
 */
export async function openRegularFile(file: string): Promise<OpenedFile> {
  let handle: FileHandle
  try {
    handle = await open(file, OPEN_FLAGS)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
    throw weightsInvalid(file, code === 'ENOENT' ? 'there is no such file' : `it cannot be opened (${code})`, cause)
  }
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw weightsInvalid(file, 'it is not a regular file')
    return { handle, stats }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/**
 * Reads exactly `length` bytes from `position` on.
 * @throws {AppError} `weights-invalid` if the file ends before
 */
export async function readExactly(
  handle: FileHandle,
  file: string,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, Math.min(length - filled, MAX_READ_BYTES), position + filled)
    if (bytesRead === 0) throw weightsInvalid(file, `it ends at byte ${position + filled}, before ${position + length}`)
    filled += bytesRead
  }
  return bytes
}
