/**
 * One attempt at the rest of a file. What comes is counted only after it is on disk, at least once a second and once a
 * MiB, so that a process that is killed has at most that much to fetch again.
 *
 * A file goes on where it ended only if the server says that it is still the same one (If-Range, RFC 9110, 13.1.5) and
 * answers with the very bytes that were asked for; in any other case it begins anew.
 */
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { DownloadFileRecord } from '../../db/downloads-reader.ts'
import type { DownloadFileProgress } from '../../db/downloads-writer.ts'
import { connectionError } from './connection-error.ts'
import { checkFreeSpace } from './free-space.ts'
import { hostOf, textOf, type HttpAnswer, type HttpClient } from './http-client.ts'
import { PartFile } from './part-file.ts'
import { refusal } from './refusal.ts'
import { watchedBody, type StallLimits } from './watched-body.ts'

export interface TransferLimits extends StallLimits {
  readonly spareBytes: number
  /** Of the first wait after a failure; each is twice as long as the one before. */
  readonly firstWaitMs: number
  readonly maxWaitMs: number
  /** In a row, without getting further. */
  readonly maxFailures: number
}

/** A file on its way. `progress` is what its row says, or is about to say. */
export interface FileOnItsWay {
  readonly record: DownloadFileRecord
  readonly progress: { -readonly [Name in keyof DownloadFileProgress]: DownloadFileProgress[Name] }
  /** The folder of parts; it is there. */
  readonly partsDir: string
  /** A server that answered with other bytes than it was asked for is not asked for a part again. */
  mayResume: boolean
}

export interface TransferContext {
  readonly http: HttpClient
  readonly limits: TransferLimits
  readonly signal: AbortSignal
  /** Makes the row say what `progress` says. */
  readonly save: () => void
  /** How many bytes there are, flushed or not. */
  readonly onBytes: (bytes: number) => void
}

const MAX_UNSAVED_BYTES = 2 ** 20
const SAVE_EVERY_MS = 1_000

/**
 * @throws {AppError} `download-failed` if another attempt may get further, `download-refused`, `download-invalid`,
 *   `disk-full`, `output-not-writable`, `cancelled`
 */
export async function fetchRest(file: FileOnItsWay, context: TransferContext): Promise<void> {
  const { progress } = file
  const { signal } = context
  let part = await openPart(file, context)
  try {
    if (part.position > 0 && part.position === progress.sizeBytes) return
    const url = new URL(file.record.url)
    const headers: Record<string, string> = {}
    if (part.position > 0) {
      headers.range = `bytes=${part.position}-`
      const validator = validatorOf(progress)
      if (validator !== undefined) headers['if-range'] = validator
    }
    const answer = await context.http.get(url, { headers, signal })
    try {
      if (part.position > 0) {
        const why = whyAnew(answer, part.position, progress)
        if (why !== undefined) {
          if (answer.status === 206) file.mayResume = false
          await part.close()
          part = await beginAnew(file, context, why)
          if (answer.status !== 200) return
        }
      }
      if (answer.status !== 200 && !(answer.status === 206 && part.position > 0))
        throw refusal(answer, file.record.path)
      if (answer.status === 200) acceptWhole(file, answer)
      await receive(answer, part, file, context)
    } catch (error) {
      throw connectionError(error, answer.url, signal)
    } finally {
      answer.body.destroy()
    }
  } finally {
    await part.close()
  }
}

/** Forgets what there is. The new part has a new name: rows of an old backup must not find other bytes in it. */
export async function beginAnew(file: FileOnItsWay, context: TransferContext, note: string | null): Promise<PartFile> {
  const { progress, partsDir } = file
  const old = progress.partName
  progress.partName = `${randomUUID()}.part`
  progress.bytesDone = 0
  progress.etag = null
  progress.lastModified = null
  progress.note = note ?? progress.note
  context.save()
  context.onBytes(0)
  if (old !== null) await rm(join(partsDir, old), { force: true })
  return (await PartFile.open(join(partsDir, progress.partName), 0))!
}

async function openPart(file: FileOnItsWay, context: TransferContext): Promise<PartFile> {
  const { progress, partsDir, record } = file
  if (progress.partName !== null && progress.bytesDone > 0) {
    const isWhole = progress.bytesDone === progress.sizeBytes
    const canBeProved = record.sha256 !== null || record.gitSha1 !== null || validatorOf(progress) !== undefined
    if (isWhole || (file.mayResume && canBeProved)) {
      const part = await PartFile.open(join(partsDir, progress.partName), progress.bytesDone)
      if (part) return part
      return await beginAnew(file, context, 'what was fetched before is gone: it began anew')
    }
    return await beginAnew(file, context, 'the server cannot go on where a download ended: it began anew')
  }
  return await beginAnew(file, context, null)
}

/** A weak one proves nothing about bytes. */
function validatorOf({ etag, lastModified }: Pick<DownloadFileProgress, 'etag' | 'lastModified'>): string | undefined {
  return etag?.startsWith('"') ? etag : (lastModified ?? undefined)
}

/** Why what is there cannot be used together with this answer. */
function whyAnew(
  { status, headers }: HttpAnswer,
  position: number,
  progress: DownloadFileProgress,
): string | undefined {
  // an answer to If-Range may leave either out
  const differs = (now: string | undefined, before: string | null): boolean =>
    now !== undefined && before !== null && now !== before
  const isOther = differs(headers.etag, progress.etag) || differs(headers['last-modified'], progress.lastModified)
  const changed = 'the file on the server changed: it began anew'
  if (status === 416) return changed
  if (status === 200) return isOther ? changed : 'the server cannot go on where a download ended: it began anew'
  if (status !== 206) return undefined
  const [, begin, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(textOf(headers['content-range'])) ?? []
  if (Number(begin) !== position) return 'the server answered with another part of the file: it began anew'
  const isOtherSize = progress.sizeBytes !== null && total !== '*' && Number(total) !== progress.sizeBytes
  return isOther || isOtherSize ? changed : undefined
}

/** The first byte of the file comes first: what the server says about it now holds from here on. */
function acceptWhole({ record, progress }: FileOnItsWay, { headers, url, linkedSha256 }: HttpAnswer): void {
  const packed = textOf(headers['content-encoding'])
  if (packed !== '' && packed !== 'identity') {
    throw new AppError('download-invalid', `${hostOf(url)} packs the file (${packed}), though it was asked not to`)
  }
  const length = headers['content-length'] === undefined ? null : Number(headers['content-length'])
  const isListed = record.sha256 !== null || record.gitSha1 !== null
  if (isListed && record.sizeBytes !== null) {
    if (length !== null && length !== record.sizeBytes) throw wrongLength(record, length)
  } else if (length === null && textOf(headers['transfer-encoding']) === '') {
    throw new AppError(
      'download-invalid',
      `${hostOf(url)} does not say how long the file is, so nobody could tell whether it is whole`,
    )
  } else {
    progress.sizeBytes = length
  }
  if (!isListed) progress.sha256 = linkedSha256
  progress.etag = headers.etag ?? null
  progress.lastModified = headers['last-modified'] ?? null
}

async function receive(
  { body }: HttpAnswer,
  part: PartFile,
  { record, progress, partsDir }: FileOnItsWay,
  { limits, save, onBytes }: TransferContext,
): Promise<void> {
  let savedMs = performance.now()
  const saveNow = async (): Promise<void> => {
    await part.flush()
    progress.bytesDone = part.position
    save()
    savedMs = performance.now()
  }
  try {
    for await (const chunk of watchedBody(body, SAVE_EVERY_MS, limits)) {
      if (chunk) {
        if (progress.sizeBytes !== null && part.position + chunk.length > progress.sizeBytes) {
          throw wrongLength({ path: record.path, sizeBytes: progress.sizeBytes }, part.position + chunk.length)
        }
        if (part.position + chunk.length - progress.bytesDone > MAX_UNSAVED_BYTES) {
          await saveNow()
          await checkFreeSpace(partsDir, 0, limits.spareBytes)
        }
        await part.write(chunk)
        onBytes(part.position)
      }
      if (part.position > progress.bytesDone && performance.now() - savedMs >= SAVE_EVERY_MS) await saveNow()
    }
  } finally {
    if (part.position > progress.bytesDone) await saveNow()
  }
  if (progress.sizeBytes === null) {
    progress.sizeBytes = part.position
    save()
  } else if (part.position < progress.sizeBytes) {
    throw new AppError('download-failed', `the answer ended after ${part.position} of ${progress.sizeBytes} bytes`)
  }
}

function wrongLength({ path, sizeBytes }: Pick<DownloadFileRecord, 'path' | 'sizeBytes'>, found: number): AppError {
  return new AppError(
    'download-invalid',
    `${path} was announced with ${sizeBytes ?? 0} bytes, but the server sends ${found} or more`,
    { data: { path, expected: sizeBytes, found } },
  )
}
