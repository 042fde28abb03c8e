/**
 * A file of a download, from its row to its name: attempts until it is whole, then the proof, then the name. A file
 * that has its name is whole, on disk, and what was announced.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, mkdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError, quoted } from '#shared/errors.ts'
import { giveNewName } from '../images/temporary-file.ts'
import { outputError } from '../images/output-error.ts'
import { readModelHeader } from '../models/read-model-header.ts'
import { beginAnew, fetchRest, type FileOnItsWay, type TransferContext } from './fetch-rest.ts'
import { checkPath } from './safe-path.ts'

/** Getting so much further counts as success: the server may drop as often as it likes. */
const FURTHER_BYTES = 64 * 2 ** 10
/** A server that says "in an hour" is believed, but not waited for. */
const MAX_RETRY_AFTER_MS = 10 * 60_000

/** @throws {AppError} why it is not there; what was fetched is kept unless it was wrong */
export async function transferFile(target: string, file: FileOnItsWay, context: TransferContext): Promise<void> {
  const { record, progress } = file
  const { limits, signal } = context
  checkPath(record.path)
  const path = join(target, ...record.path.split('/'))
  let furthest = progress.bytesDone
  let failures = 0
  let wasInvalid = false
  for (;;) {
    try {
      if (await isThereAlready(path, file, signal)) break
      await fetchRest(file, context)
      // an answer that could not be used was put away, and is asked for anew
      if (progress.bytesDone !== progress.sizeBytes) continue
      await prove(file, signal)
      context.save()
      await makeFolder(dirname(path))
      if (giveNewName(join(file.partsDir, progress.partName!), path)) break
    } catch (thrown) {
      if (signal.aborted) throw new AppError('cancelled', 'the download was stopped', { cause: thrown })
      const error = AppError.from(thrown)
      if (error.code === 'download-invalid') {
        file.mayResume = false
        await (await beginAnew(file, context, `${error.message}: it began anew`)).close()
        if (wasInvalid) throw error
        wasInvalid = true
      } else if (error.code !== 'download-failed') throw error
      failures = progress.bytesDone >= furthest + FURTHER_BYTES ? 0 : failures + 1
      furthest = Math.max(furthest, progress.bytesDone)
      const retryAfterMs = typeof error.data.retryAfterMs === 'number' ? error.data.retryAfterMs : 0
      if (failures >= limits.maxFailures || retryAfterMs > MAX_RETRY_AFTER_MS) throw error
      const waitMs = Math.min(limits.maxWaitMs, limits.firstWaitMs * 2 ** Math.max(0, failures - 1))
      await delay(Math.max(waitMs, retryAfterMs), undefined, { signal }).catch(() => {
        throw new AppError('cancelled', 'the download was stopped')
      })
    }
  }
  progress.isDone = true
  progress.bytesDone = progress.sizeBytes ?? progress.bytesDone
  context.save()
  if (progress.partName !== null) await rm(join(file.partsDir, progress.partName), { force: true })
}

/**
 * From before, or from a process that ended after the name was given and before the row said so.
 * @throws {AppError} `name-taken` if it is another file
 */
async function isThereAlready(path: string, file: FileOnItsWay, signal: AbortSignal): Promise<boolean> {
  const found = await lstat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw outputError(error, path)
  })
  if (!found) return false
  const { sha256 } = file.progress
  const { gitSha1 } = file.record
  const isKnown = sha256 !== null || gitSha1 !== null
  const sizeBytes = file.progress.sizeBytes ?? found.size
  if (isKnown && found.isFile() && found.size === sizeBytes) {
    const hashes = await hashFile(path, found.size, signal)
    if (sha256 === null ? hashes.gitSha1 === gitSha1 : hashes.sha256 === sha256) {
      Object.assign(file.progress, { sizeBytes, sha256: hashes.sha256 })
      return true
    }
  }
  throw new AppError(
    'name-taken',
    `there is another file at ${quoted(path)}, which is left alone: move it, or choose another folder`,
    { data: { path } },
  )
}

/** @throws {AppError} `download-invalid` */
async function prove({ record, progress, partsDir }: FileOnItsWay, signal: AbortSignal): Promise<void> {
  const path = join(partsDir, progress.partName!)
  const { size } = await stat(path)
  const hashes = await hashFile(path, size, signal)
  const isRight =
    size === progress.sizeBytes &&
    (progress.sha256 === null || hashes.sha256 === progress.sha256) &&
    (record.gitSha1 === null || hashes.gitSha1 === record.gitSha1)
  if (!isRight) {
    throw new AppError('download-invalid', `${record.path} is not what was announced: its hash is another`, {
      data: { path: record.path, expected: progress.sha256 ?? record.gitSha1, found: hashes.sha256 },
    })
  }
  // without a hash, a page that says "please log in" would pass
  if (progress.sha256 === null && record.gitSha1 === null && record.path.endsWith('.safetensors')) {
    try {
      await readModelHeader(path)
    } catch (error) {
      throw new AppError('download-invalid', `${record.path} is no safetensors file: ${(error as Error).message}`)
    }
  }
  // from now on a file of this name is known to be this one
  progress.sha256 = hashes.sha256
}

async function hashFile(path: string, size: number, signal: AbortSignal): Promise<{ sha256: string; gitSha1: string }> {
  const sha256 = createHash('sha256')
  // git-scm.com/book, Git Internals, Object Storage
  const sha1 = createHash('sha1').update(`blob ${size}\0`)
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20, signal }) as AsyncIterable<Buffer>) {
    sha256.update(chunk)
    sha1.update(chunk)
  }
  return { sha256: sha256.digest('hex'), gitSha1: sha1.digest('hex') }
}

/** Not recursive `mkdir`, which never ends where a file system answers ENOENT though the parent is there, as /proc. */
export async function makeFolder(dir: string): Promise<void> {
  const isThere = await stat(dir).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (isThere) return
  if (dirname(dir) !== dir) await makeFolder(dirname(dir))
  try {
    await mkdir(dir)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw outputError(error, dir)
  }
}
