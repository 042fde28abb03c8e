/** What goes along when a data folder is moved, and how the old place is emptied once it is decided. */
import { lstatSync, rmdirSync, rmSync } from 'node:fs'
import { join, sep } from 'node:path'
import { folderEntries, type FolderEntry } from './folder-entries.ts'
import { LOCK_NAMES, MARK_NAME } from './move-target.ts'
import { NOTE_NAME } from './moved-note.ts'

const DATABASE_NAMES = ['reprise.sqlite', 'reprise.sqlite-wal', 'reprise.sqlite-shm', 'reprise.sqlite-journal']
/** Made again when needed. */
const CACHE_NAMES = ['thumbnails', 'temporary']
const STAYING = new Set([...DATABASE_NAMES, ...CACHE_NAMES, ...LOCK_NAMES, NOTE_NAME, `${NOTE_NAME}.tmp`, MARK_NAME])

/** All but the database, which is copied in its own way, and what has a meaning in its place only. */
export async function movedEntries(dir: string): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = []
  for await (const entry of folderEntries(dir)) if (!STAYING.has(entry.name.split(sep)[0])) entries.push(entry)
  return entries
}

/**
 * Removes what is in the new place too, and nothing else.
 * @returns names of what stays
 */
export async function emptyOldPlace(
  from: string,
  to: string,
  onProgress: (done: number, total: number) => void,
): Promise<string[]> {
  const entries = await movedEntries(from)
  const left: string[] = []
  const remove = (name: string, how: (path: string) => void): void => {
    try {
      how(join(from, name))
    } catch {
      left.push(name)
    }
  }
  onProgress(0, entries.length)
  for (const name of [...DATABASE_NAMES, ...CACHE_NAMES]) {
    remove(name, (path) => {
      rmSync(path, { recursive: true, force: true })
    })
  }
  // what is in a folder before the folder
  for (const [index, entry] of entries.reverse().entries()) {
    if (entry.kind === 'folder') remove(entry.name, rmdirSync)
    else if (isSame(entry, join(to, entry.name))) remove(entry.name, rmSync)
    else left.push(entry.name)
    onProgress(index + 1, entries.length)
  }
  for (const name of LOCK_NAMES) {
    remove(name, (path) => {
      rmSync(path, { force: true })
    })
  }
  return left.reverse()
}

function isSame({ kind, sizeBytes }: FolderEntry, path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return false
  return kind === 'link' ? found.isSymbolicLink() : kind === 'file' && found.isFile() && found.size === sizeBytes
}
