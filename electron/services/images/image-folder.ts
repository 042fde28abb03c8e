/**
 * A folder that images are added to. Names say number and seed (`00001-1234567.png`); a file that exists is
 * never written over, and a file that has its name is whole: it gets the name only after its bytes are on disk.
 */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { link, mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { isLeftOver } from '../recovery/left-over.ts'
import { outputError } from './output-error.ts'

export interface ImageFolder {
  readonly dir: string
  /** @returns the file's path. Images may come in any order; `index` from 0 keeps their numbers in theirs. */
  save(index: number, seed: bigint, png: Uint8Array): Promise<string>
  /** Removes what was begun and not finished; synchronous, for a process that is about to end. */
  discardUnfinished(): void
  /** Takes the folder away again if opening created it and nothing was saved. */
  removeIfUnused(): Promise<void>
}

/** Creates the folder where needed and proves that files can be made in it, before any time is spent. */
export async function openImageFolder(dir: string): Promise<ImageFolder> {
  const firstCreated = await createFolder(dir)
  const unfinished = new Set<string>()
  await removeLeftOver(dir)
  let firstNumber = await nextNumber(dir)

  const writeTemporary = async (bytes: Uint8Array): Promise<string> => {
    const path = join(dir, temporaryName())
    unfinished.add(path)
    try {
      await writeFile(path, bytes, { flag: 'wx', flush: true })
      return path
    } catch (error) {
      await discard(path)
      throw outputError(error, dir)
    }
  }
  const discard = async (path: string): Promise<void> => {
    await rm(path, { force: true })
    unfinished.delete(path)
  }

  const removeIfUnused = async (): Promise<void> => {
    if (firstCreated !== undefined) await removeEmpty(dir, firstCreated)
  }

  try {
    await discard(await writeTemporary(new Uint8Array(1)))
  } catch (error) {
    await removeIfUnused()
    throw error
  }

  return {
    dir,
    removeIfUnused,

    async save(index, seed, png) {
      const temporary = await writeTemporary(png)
      try {
        for (;;) {
          const path = join(dir, `${String(firstNumber + index).padStart(5, '0')}-${seed.toString()}.png`)
          if (await giveName(temporary, path)) return path
          // another run writes here too: go on behind what it has
          firstNumber = (await nextNumber(dir)) - index
        }
      } catch (error) {
        throw error instanceof AppError ? error : outputError(error, dir)
      } finally {
        await discard(temporary)
      }
    },

    discardUnfinished() {
      for (const path of unfinished) rmSync(path, { force: true })
    },
  }
}

/** Of a file on its way into a folder: with the process, so that what a killed one left can be told and taken away. */
export function temporaryName(): string {
  return `.reprise-${process.pid}-${randomUUID()}.tmp`
}

async function removeLeftOver(dir: string): Promise<void> {
  const names = await readdir(dir).catch(() => [])
  for (const name of names.filter((each) => each.startsWith('.reprise-'))) {
    const path = join(dir, name)
    const found = await stat(path).catch(() => undefined)
    if (isLeftOver(name, found?.mtimeMs)) await rm(path, { force: true }).catch(() => undefined)
  }
}

/**
 * Not `mkdir` with `recursive`, which asks for ever (and fills the memory) where a file system answers ENOENT though
 * the parent exists, as /proc does.
 *
 * @returns the topmost folder that had to be made, if any
 */
async function createFolder(dir: string): Promise<string | undefined> {
  if (await isFolder(dir)) return undefined
  const parent = dirname(dir)
  const firstCreated = parent === dir ? undefined : await createFolder(parent)
  try {
    await mkdir(dir)
  } catch (error) {
    // another run may have made it meanwhile
    if (await isFolder(dir)) return firstCreated
    if (firstCreated !== undefined) await removeEmpty(parent, firstCreated)
    throw outputError(error, dir)
  }
  return firstCreated ?? dir
}

/** Removes folders from `dir` up to `topmost`, as long as they are empty: `rmdir` takes no others. */
async function removeEmpty(dir: string, topmost: string): Promise<void> {
  const removed = await rmdir(dir).then(
    () => true,
    () => false,
  )
  if (removed && dir !== topmost) await removeEmpty(dirname(dir), topmost)
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function nextNumber(dir: string): Promise<number> {
  const names = await readdir(dir).catch((error: unknown) => {
    throw outputError(error, dir)
  })
  return names.reduce((next, name) => {
    const number = /^(\d{5,9})-\d+\.png$/.exec(name)?.[1]
    return number === undefined ? next : Math.max(next, Number(number) + 1)
  }, 1)
}

/** Gives `temporary` the name `path` unless that exists. */
async function giveName(temporary: string, path: string): Promise<boolean> {
  try {
    // a hard link refuses an existing name, where rename would replace it
    await link(temporary, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
  }
  // file systems without hard links (exFAT): take the name with an empty file, then replace that
  try {
    await writeFile(path, '', { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  await rename(temporary, path).catch(async (error: unknown) => {
    await rm(path, { force: true })
    throw error
  })
  return true
}
