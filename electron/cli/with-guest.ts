/** The studio's services over a data folder, for the time of one command. */
import { resolve } from 'node:path'
import type { GuestStudio } from '../services/studio/open-guest.ts'
import type { StudioOptions } from './add-command.ts'
import type { CliHost } from './host.ts'
import { startEngine } from './start-engine.ts'

/** As it is named; it may have been moved since (resolveDataDir). */
export function dataDirOf(host: CliHost, { dataDir }: Pick<StudioOptions, 'dataDir'>): string {
  return dataDir === undefined ? host.defaultDataDir : resolve(host.workingDir, dataDir)
}

/** Works beside a running studio, and without one. */
export async function withGuest<T>(
  host: CliHost,
  options: StudioOptions,
  work: (guest: GuestStudio) => Promise<T>,
): Promise<T> {
  // loaded when asked for: help and refusals need no database
  const { openGuest } = await import('../services/studio/open-guest.ts')
  const guest = openGuest({
    dataDir: dataDirOf(host, options),
    starterModelDir: host.defaultModelDir,
    startChild: () => startEngine(host),
  })
  try {
    return await work(guest)
  } finally {
    await guest.close()
  }
}
