/** Everything below a folder, with sizes; links are not followed. */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

export interface FolderEntry {
  /** Relative to where the walk began. */
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  /** 0 for what is no file. */
  readonly sizeBytes: number
}

/** Folders before what is in them. @param name where to begin below `root`; what is not there has no entries */
export async function* folderEntries(root: string, name = ''): AsyncGenerator<FolderEntry> {
  const found = await readdir(join(root, name), { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  })
  const sizes = await Promise.all(found.map((entry) => sizeOf(join(root, name, entry.name))))
  for (const [index, entry] of found.entries()) {
    const entryName = join(name, entry.name)
    const kind = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other'
    yield { name: entryName, kind, sizeBytes: sizes[index] }
    if (kind === 'folder') yield* folderEntries(root, entryName)
  }
}

/** 0 if it is no file, or went away since. */
async function sizeOf(path: string): Promise<number> {
  try {
    const found = await lstat(path)
    return found.isFile() ? found.size : 0
  } catch {
    return 0
  }
}
