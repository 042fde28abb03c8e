/** Where files lie until they are whole: a hidden folder in the target, on the same disk, so that a name is but a link. */
import { rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DownloadFileRecord } from '../../db/downloads-reader.ts'

export function partsFolder(target: string): string {
  return join(target, '.reprise-download')
}

/** Of these files; other downloads may have parts there too. */
export async function removeParts(target: string, files: readonly DownloadFileRecord[]): Promise<void> {
  const dir = partsFolder(target)
  for (const { partName } of files) {
    // names in an edited database may lead elsewhere
    if (partName !== null && /^[\w-]+\.part$/.test(partName)) await rm(join(dir, partName), { force: true })
  }
  // only an empty one goes
  await rmdir(dir).catch(() => undefined)
}
