/**
 * Whole files or none: bytes are written and flushed under a name of their own in `temporary/`, and only then get
 * their real name. What a crash leaves in `temporary/` is nobody's, and the next start removes it.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, linkSync, renameSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { syncDir } from '../../db/sync-file.ts'
import { outputError } from './output-error.ts'
import { makeFolderOf } from './stored-path.ts'

/** A studio that starts empties `temporary/` under a command that is writing there; it will not start over and over. */
const MAX_ATTEMPTS = 3

/**
 * @param use gives the file its name, or leaves it to be removed; called again with another file if somebody removed
 *   the first
 * @throws {AppError} `disk-full`, `output-not-writable`, what `use` throws
 */
export async function withTemporaryFile<T>(
  dataDir: string,
  bytes: Uint8Array,
  use: (temporaryPath: string) => T,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const path = join(dataDir, 'temporary', `${randomUUID()}.tmp`)
    makeFolderOf(dataDir, path)
    try {
      await writeAndSync(path, bytes)
      return use(path)
    } catch (error) {
      const wasRemoved = error instanceof AppError && error.data.systemCode === 'ENOENT' && !existsSync(path)
      if (!wasRemoved || attempt === MAX_ATTEMPTS) throw error
    } finally {
      rmSync(path, { force: true })
    }
  }
}

async function writeAndSync(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: 'wx', flush: true })
  } catch (error) {
    throw outputError(error, path)
  }
}

/** Gives the file its name, durably, unless there is one of that name. @returns whether it has it */
export function giveNewName(temporaryPath: string, path: string): boolean {
  let isNamed = false
  try {
    isNamed = linkUnlessThere(temporaryPath, path)
    if (isNamed) syncDir(dirname(path))
    return isNamed
  } catch (error) {
    if (isNamed) rmSync(path, { force: true })
    throw outputError(error, path)
  }
}

/** Gives the file its name, durably; what had that name before is replaced in one step. */
export function giveName(temporaryPath: string, path: string): void {
  try {
    renameSync(temporaryPath, path)
    syncDir(dirname(path))
  } catch (error) {
    throw outputError(error, path)
  }
}

/** Gives whatever has this name, a folder or link too, a name beside it that no image has. */
export function moveAside(path: string): void {
  try {
    renameSync(path, `${path}.replaced-${Date.now()}`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw outputError(error, path)
  }
}

/** A hard link refuses an existing name, where a rename would replace it. */
function linkUnlessThere(temporaryPath: string, path: string): boolean {
  try {
    linkSync(temporaryPath, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code === 'ENOENT' || code === 'ENOSPC') throw error
  }
  // file systems without hard links (exFAT)
  if (existsSync(path)) return false
  renameSync(temporaryPath, path)
  return true
}
