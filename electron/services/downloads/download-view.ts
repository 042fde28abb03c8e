/** Rows of downloads as the contract shows them. */
import { relative, resolve, sep } from 'node:path'
import type { DownloadView } from '#shared/contract/downloads.ts'
import type { DownloadFileRecord, DownloadRecord } from '../../db/downloads-reader.ts'
import { isInside } from '../data-folder/is-inside.ts'
import { sumOf } from './plan-download.ts'

/** Absolute. Rows hold targets within the data folder relative to it, so that it can be moved. */
export function targetOf(dataDir: string, { target }: Pick<DownloadRecord, 'target'>): string {
  return resolve(dataDir, target)
}

export function storedTarget(dataDir: string, target: string): string {
  return isInside(dataDir, target) ? relative(dataDir, target).split(sep).join('/') || '.' : target
}

export function downloadView(
  dataDir: string,
  record: DownloadRecord,
  files: readonly DownloadFileRecord[],
): DownloadView {
  return {
    ...record,
    target: targetOf(dataDir, record),
    files: files.map(({ path, sizeBytes, bytesDone, isDone, note }) => ({ path, sizeBytes, bytesDone, isDone, note })),
    bytesDone: files.reduce((sum, { bytesDone }) => sum + bytesDone, 0),
    sizeBytes: sumOf(files.map(({ sizeBytes }) => sizeBytes)),
  }
}
