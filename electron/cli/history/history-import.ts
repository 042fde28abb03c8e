/** `reprise history import` */
import { resolve } from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { FolderImport } from '../../services/metadata/import-folder.ts'
import type { StudioOptions } from '../add-command.ts'
import { counted } from '../format.ts'
import type { CliHost } from '../host.ts'
import { printJson, printLine } from '../print.ts'
import { printNote } from '../report-error.ts'
import { terminalSafe } from '../terminal-safe.ts'
import { withGuest } from '../with-guest.ts'

const MAX_PATH = 500

export async function importImages(folder: string, options: StudioOptions, host: CliHost): Promise<void> {
  const { importFolder } = await import('../../services/metadata/import-folder.ts')
  const { EventBus } = await import('../../services/events/event-bus.ts')
  const counts = { added: 0, known: 0, foreign: 0, failed: 0 }
  await withGuest(host, options, async ({ db }, dataDir) => {
    const deps = { db, dataDir, bus: new EventBus() }
    for await (const result of importFolder(deps, resolve(host.workingDir, folder))) {
      counts[result.outcome]++
      const { path, outcome } = result
      if (options.json === true) printJson(host, lineOf(result))
      else if (outcome === 'added') printLine(host, terminalSafe(path, MAX_PATH))
      if (outcome === 'failed') printNote(host, `${path}: ${result.error.message} (${result.error.code})`)
    }
  })
  if (options.json !== true) {
    const parts = [
      `${counted(counts.added, 'image')} added`,
      `${counts.known} known already`,
      `${counts.foreign} not made by Reprise and left where they are`,
    ]
    printNote(host, parts.join(', '))
  }
  if (counts.failed > 0) {
    throw new AppError('image-invalid', `${counted(counts.failed, 'file')} could not be read`)
  }
}

function lineOf(result: FolderImport): object {
  const { path, outcome } = result
  if (outcome === 'failed') return { path, outcome, code: result.error.code, message: result.error.message }
  return { path, outcome, id: result.imageId }
}
