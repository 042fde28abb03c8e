/** Many images as one ZIP file, made while it is read: one image is in memory at a time. */
import { once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { ExportOptions } from '#shared/contract/history.ts'
import { AppError } from '#shared/errors.ts'
import { exportImage, type ExportStore } from './export-image.ts'
import { uniqueName } from './export-name.ts'

/** Images are compressed already; an export tells no times, and the format begins in 1980. */
const ENTRY = { compress: false, mtime: new Date(1980, 0, 1), forceDosTimestamp: true }
const REPORT = 'not-exported.txt'

/**
 * An image that cannot be exported (its file is gone, say) does not spoil the others: `not-exported.txt` in the ZIP says
 * which, and why.
 */
export function exportZip(store: ExportStore, ids: readonly number[], options: ExportOptions): Readable {
  const zip = new ZipFile()
  const output = zip.outputStream
  if (!(output instanceof PassThrough)) throw new AppError('internal', 'yazl writes to another kind of stream now')
  fill(zip, output, store, ids, options).catch((error: unknown) => {
    // whoever went away is no fault of ours
    output.destroy(output.closed || output.destroyed ? undefined : AppError.from(error))
  })
  return output
}

async function fill(
  zip: ZipFile,
  output: PassThrough,
  store: ExportStore,
  ids: readonly number[],
  options: ExportOptions,
): Promise<void> {
  // whoever stops reading stops the work
  const closed = new AbortController()
  output.once('close', () => {
    closed.abort()
  })
  const taken = new Set([REPORT])
  const problems: string[] = []
  for (const id of ids) {
    try {
      const { bytes, fileName } = await exportImage(store, id, options)
      if (closed.signal.aborted) return
      zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), uniqueName(fileName, taken), ENTRY)
    } catch (error) {
      // the public text: whoever gets the ZIP need not know where it was made
      const { message, code } = AppError.from(error).toWire()
      problems.push(`image ${id}: ${message} (${code})`)
    }
    if (output.writableNeedDrain) await once(output, 'drain', { signal: closed.signal })
  }
  if (problems.length > 0) zip.addBuffer(Buffer.from(`${problems.join('\n')}\n`), REPORT, ENTRY)
  zip.end()
}
