/** `reprise history import` */
import { resolve } from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { ImageRecord } from '#shared/history.ts'
import type { PathImport } from '../../services/metadata/import-paths.ts'
import type { StudioOptions } from '../add-command.ts'
import { counted } from '../format.ts'
import type { CliHost } from '../host.ts'
import { printJson, printLine } from '../print.ts'
import { printNote } from '../report-error.ts'
import { terminalSafe } from '../terminal-safe.ts'
import { withGuest } from '../with-guest.ts'
import { originName } from './origin-name.ts'

export interface HistoryImportOptions extends StudioOptions {
  onlyOwn?: boolean
}

const MAX_PATH = 500

export async function importImages(
  paths: readonly string[],
  options: HistoryImportOptions,
  host: CliHost,
): Promise<void> {
  const { importPaths } = await import('../../services/metadata/import-paths.ts')
  const { EventBus } = await import('../../services/events/event-bus.ts')
  const counts = { added: 0, known: 0, foreign: 0, failed: 0 }
  const added = new Map<ImageRecord['origin'], number>()
  await withGuest(host, options, async ({ db, dataDir }) => {
    const deps = { db, dataDir, bus: new EventBus() }
    const absolute = paths.map((path) => resolve(host.workingDir, path))
    for await (const result of importPaths(deps, absolute, { onlyOwn: options.onlyOwn })) {
      counts[result.outcome]++
      if (result.outcome === 'added') added.set(result.origin, (added.get(result.origin) ?? 0) + 1)
      if (options.json === true) printJson(host, lineOf(result))
      else if (result.outcome === 'added') printLine(host, terminalSafe(result.path, MAX_PATH))
      if (result.outcome === 'failed') {
        printNote(host, `${result.path}: ${result.error.message} (${result.error.code})`)
      }
    }
  })
  if (options.json !== true) printNote(host, summary(counts, added, options.onlyOwn === true))
  if (counts.failed > 0) {
    throw new AppError('image-invalid', `${counted(counts.failed, 'file')} could not be read`)
  }
}

/** `3 images added (ComfyUI 2, Reprise 1), 1 known already`. */
function summary(
  { added, known, foreign }: Record<PathImport['outcome'], number>,
  byOrigin: ReadonlyMap<ImageRecord['origin'], number>,
  onlyOwn: boolean,
): string {
  const parts = [...byOrigin].sort((a, b) => b[1] - a[1]).map(([origin, count]) => `${originName(origin)} ${count}`)
  return [
    `${counted(added, 'image')} added${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`,
    `${known} known already`,
    ...(onlyOwn ? [`${foreign} not made by Reprise and left where they are`] : []),
  ].join(', ')
}

function lineOf(result: PathImport): object {
  const { path, outcome } = result
  if (outcome === 'failed') return { path, outcome, code: result.error.code, message: result.error.message }
  if (outcome === 'foreign') return { path, outcome }
  return { path, outcome, id: result.imageId, origin: result.origin }
}
