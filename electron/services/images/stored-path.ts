/**
 * Paths of the data folder's own files. Rows hold names relative to it, and a database may have been edited or come
 * from somebody else: no name leads out of the folder that its kind lies in, neither by its parts nor by a link.
 */
import { lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { syncDir } from '../../db/sync-file.ts'
import { outputError } from './output-error.ts'

export const STORED_FOLDERS = ['images', 'inputs', 'differences', 'thumbnails', 'temporary'] as const
export type StoredFolder = (typeof STORED_FOLDERS)[number]

/** Parts that mean something to a file system, to Windows at the latest. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const BAD_PART = /^\.{0,2}$|[\\:\x00-\x1f]/

/**
 * @param fileName as rows have it: "images/2026-11-21/12-0003-7.png"
 * @returns the absolute path; undefined if the name does not stay within the folder
 */
export function storedPath(dataDir: string, folder: StoredFolder, fileName: string): string | undefined {
  const [first, ...rest] = fileName.split('/')
  if (first !== folder || rest.length === 0 || rest.some((part) => BAD_PART.test(part))) return undefined
  return join(dataDir, folder, ...rest)
}

/**
 * The absolute path of a file that is there; undefined if there is none, or what is there is a link, or lies elsewhere:
 * outside of the data folder, or among its files of another kind.
 */
export function findStored(dataDir: string, folder: StoredFolder, fileName: string): string | undefined {
  const path = storedPath(dataDir, folder, fileName)
  if (path === undefined) return undefined
  try {
    return lstatSync(path).isFile() && isWithin(dataDir, folder, path) ? path : undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined
    throw outputError(error, path)
  }
}

/**
 * Makes the folder that a file is about to get, durably.
 *
 * @throws {AppError} `output-not-writable`, `disk-full`
 */
export function makeFolderOf(dataDir: string, path: string): void {
  const dir = dirname(path)
  try {
    // renamed, or on a disk that is gone: a new one in its place would look like a loss
    lstatSync(dataDir)
    const topmost = mkdirSync(dir, { recursive: true })
    const [folder] = relative(dataDir, path).split(sep)
    if (!isWithin(dataDir, folder, dir)) throw new Error('it is a link to a place outside of its folder')
    if (topmost === undefined) return
    // each new name is an entry of the folder above it
    for (let made = dir; made.length >= topmost.length; made = dirname(made)) syncDir(dirname(made))
  } catch (error) {
    throw outputError(error, dir)
  }
}

/** Whether it is that folder or below it, without a link that leads out on the way. */
function isWithin(dataDir: string, folder: string, path: string): boolean {
  const way = relative(realpathSync.native(dataDir), realpathSync.native(path))
  return way.split(sep)[0] === folder
}
