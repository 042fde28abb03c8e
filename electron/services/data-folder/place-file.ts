/** Brings one file to a second place and leaves the first as it is: by a hard link where there can be one, else by a copy. */
import { createHash } from 'node:crypto'
import { link, open, type FileHandle } from 'node:fs/promises'
import { AppError, quoted } from '#shared/errors.ts'
import { outputError } from '../images/output-error.ts'

const CHUNK_BYTES = 1024 * 1024

export type LinkFile = (from: string, to: string) => Promise<void>

/**
 * @param linkFile for tests: a file system without hard links
 * @returns how. A copy is on disk, and was read again and compared, when this returns
 * @throws {AppError} `disk-full`, `output-not-writable`, `cancelled`
 */
export async function placeFile(
  from: string,
  to: string,
  { linkFile = link, signal }: { linkFile?: LinkFile; signal?: AbortSignal },
): Promise<'linked' | 'copied'> {
  try {
    await linkFile(from, to)
    return 'linked'
  } catch {
    // another disk, or a file system without links: whatever else is wrong, the copy will say
  }
  const [written, found] = [await copy(from, to, signal), await hashOf(to, signal)]
  if (written === found) return 'copied'
  throw new AppError('output-not-writable', `the copy ${quoted(to)} is not what was written to it: check that disk`, {
    data: { path: to, expected: written, found },
  })
}

/** @returns sha256 of what was read */
async function copy(from: string, to: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  try {
    await withFile(from, 'r', (source) =>
      withFile(to, 'wx', async (target) => {
        for await (const chunk of chunksOf(source, signal)) {
          hash.update(chunk)
          await target.writeFile(chunk)
        }
        const { atime, mtime } = await source.stat()
        await target.utimes(atime, mtime)
        await target.sync()
      }),
    )
  } catch (error) {
    throw error instanceof AppError ? error : outputError(error, to)
  }
  return hash.digest('hex')
}

async function hashOf(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  await withFile(path, 'r', async (file) => {
    for await (const chunk of chunksOf(file, signal)) hash.update(chunk)
  })
  return hash.digest('hex')
}

async function withFile(path: string, flags: 'r' | 'wx', use: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags)
  try {
    await use(file)
  } finally {
    await file.close()
  }
}

async function* chunksOf(file: FileHandle, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(CHUNK_BYTES)
  for (;;) {
    if (signal?.aborted === true) throw new AppError('cancelled', 'moving was cancelled: nothing has changed')
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}
