/**
 * Where models are in a folder that somebody named: the folder itself, or up to two levels below it. A model folder is
 * one with model_index.json; what is inside of one is not looked at.
 */
import { opendir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { quoted } from '#shared/errors.ts'

/** `folder/model` and `folder/author/model`. Also what ends a loop of links. */
const MAX_DEPTH = 2
/** Of one folder; of all together. Somebody may name the root of a disk. */
const MAX_ENTRIES = 5_000
const MAX_FOLDERS = 20_000

interface Found {
  /** Absolute, as they lie below `root`; each folder once, whatever links lead to it. */
  readonly dirs: string[]
  /** What could not be looked at, for people. */
  readonly problems: string[]
}

/** Never fails: a folder that cannot be read is a problem. */
export async function findModelFolders(root: string): Promise<Found> {
  const dirs: string[] = []
  const problems: string[] = []
  const visited = new Set<string>()
  let level = [root]
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const next: string[] = []
    for (const dir of level) {
      if (visited.size >= MAX_FOLDERS) {
        problems.push(
          `${quoted(root)} has more than ${MAX_FOLDERS} folders, and only so many were looked at: name the model folders themselves`,
        )
        return { dirs, problems }
      }
      try {
        const real = await realpath(dir)
        if (visited.has(real)) continue
        visited.add(real)
        if (await isFile(join(dir, 'model_index.json'))) dirs.push(dir)
        else if (depth < MAX_DEPTH) {
          const { folders, isCut } = await foldersIn(dir)
          next.push(...folders)
          if (isCut) {
            problems.push(`${quoted(dir)} has more than ${MAX_ENTRIES} entries, and only so many were looked at`)
          }
        }
      } catch (error) {
        problems.push(`the model folder ${quoted(dir)} cannot be read: ${(error as Error).message}`)
      }
    }
    level = next
  }
  return { dirs, problems }
}

/** Folders and links to folders, in order, without hidden ones. */
async function foldersIn(dir: string): Promise<{ folders: string[]; isCut: boolean }> {
  const folders: string[] = []
  let count = 0
  for await (const entry of await opendir(dir)) {
    if (++count > MAX_ENTRIES) break
    if (entry.name.startsWith('.')) continue
    const path = join(dir, entry.name)
    // a link may lead nowhere, or to itself
    const isLinked = entry.isSymbolicLink() && (await stat(path).catch(() => undefined))?.isDirectory() === true
    if (entry.isDirectory() || isLinked) folders.push(path)
  }
  return { folders: folders.sort(), isCut: count > MAX_ENTRIES }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
