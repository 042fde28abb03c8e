import { AppError, quoted } from '#shared/errors.ts'
import type { Studio } from '../services/studio/open-studio.ts'
import type { StudioOptions } from './add-command.ts'
import type { CliHost } from './host.ts'
import { startEngine } from './start-engine.ts'
import { dataDirOf } from './with-guest.ts'

/**
 * The studio itself, which runs the queue until it is closed.
 *
 * @param instead what to do where another studio has the data folder
 * @throws {AppError} `data-folder-busy`, and what openStudio throws
 */
export async function openOwner(
  host: CliHost,
  options: Pick<StudioOptions, 'dataDir'>,
  instead: string,
): Promise<Studio> {
  // loaded when asked for: help and refusals need no database
  const { openStudio } = await import('../services/studio/open-studio.ts')
  const dataDir = dataDirOf(host, options)
  try {
    return await openStudio({
      dataDir,
      starterModelDir: host.defaultModelDir,
      startChild: () => startEngine(host),
    })
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'data-folder-busy') throw error
    const { processId } = error.data
    const where = typeof processId === 'number' ? `, process ${processId}` : ''
    throw new AppError(
      error.code,
      `another Reprise is running on the data folder ${quoted(dataDir)}${where}: ${instead}`,
      { data: error.data, cause: error },
    )
  }
}
