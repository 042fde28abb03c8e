import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { outputError } from '../images/output-error.ts'
import type { StoredFolder } from '../images/stored-path.ts'

/** All files below a folder, as rows name them. Links are not followed and not listed; no file is looked into. */
export async function listFiles(dataDir: string, folder: StoredFolder): Promise<string[]> {
  const names: string[] = []
  const folders: string[] = [folder]
  for (let name = folders.pop(); name !== undefined; name = folders.pop()) {
    for (const entry of await entriesOf(join(dataDir, name))) {
      if (entry.isDirectory()) folders.push(`${name}/${entry.name}`)
      else if (entry.isFile()) names.push(`${name}/${entry.name}`)
    }
  }
  return names
}

async function entriesOf(dir: string) {
  try {
    return await readdir(dir, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw outputError(error, dir)
  }
}
