/** `reprise history export` */
import { resolve } from 'node:path'
import type { ExportFormat } from '#shared/contract/history.ts'
import { AppError } from '#shared/errors.ts'
import { exportToFolder } from '../../services/export/export-to-folder.ts'
import type { StudioOptions } from '../add-command.ts'
import { counted } from '../format.ts'
import type { CliHost } from '../host.ts'
import { printJson, printLine } from '../print.ts'
import { printNote } from '../report-error.ts'
import { withGuest } from '../with-guest.ts'

export interface HistoryExportOptions extends StudioOptions {
  to: string
  format: ExportFormat
  quality: number
  settings: boolean
}

export async function exportImages(
  ids: readonly number[],
  options: HistoryExportOptions,
  host: CliHost,
): Promise<void> {
  const { format, quality, settings, json = false } = options
  const { paths, failed } = await withGuest(host, options, ({ store }) =>
    exportToFolder(store, ids, { format, quality, settings }, resolve(host.workingDir, options.to)),
  )
  const failedIds = new Set(failed.map(({ id }) => id))
  const exported = ids.filter((id) => !failedIds.has(id))
  paths.forEach((path, at) => {
    if (json) printJson(host, { id: exported[at], path })
    else printLine(host, path)
  })
  for (const { id, error } of failed) printNote(host, `image ${id} was not exported: ${error.message} (${error.code})`)
  if (failed.length === 0) return
  const { code } = failed[0].error
  throw new AppError(code, `${counted(failed.length, 'image')} of ${ids.length} could not be exported`)
}
