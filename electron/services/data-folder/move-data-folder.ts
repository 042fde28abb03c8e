/**
 * Moves a data folder. At every moment one of both places is whole, and the note in the old one (moved-note.ts) says
 * which: it is written when everything is in the new place and on disk, and only then the old place is emptied. So
 * files of the same disk are not renamed but linked first: they are in both places until it is decided.
 *
 * Proven by move-data-folder.test.ts, which kills it between any two steps.
 */
import { existsSync, mkdirSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import { syncDir } from '../../db/sync-file.ts'
import { lockDataFolder, type DataFolderLock } from '../../db/data-folder-lock.ts'
import { databasePaths } from '../../db/data-folder.ts'
import { HeldDatabase } from '../../db/held-database.ts'
import { outputError } from '../images/output-error.ts'
import type { FolderEntry } from './folder-entries.ts'
import { isInside } from './is-inside.ts'
import { emptyOldPlace, movedEntries } from './old-place.ts'
import { LOCK_NAMES, MARK_NAME, realPlace, refuseFull, refuseUnfit } from './move-target.ts'
import { NOTE_NAME, resolveDataDir, writeNote } from './moved-note.ts'
import { placeFile, type LinkFile } from './place-file.ts'

export interface MoveProgress {
  /** `database`: 0 before it is copied, 1 after. `removing`: the move is decided, the old place is emptied. */
  readonly stage: 'files' | 'database' | 'removing'
  readonly done: number
  readonly total: number
}

export interface MoveOptions {
  from: string
  /** Not there, or empty. */
  to: string
  onProgress?: (progress: MoveProgress) => void
  /** Until the move is decided; after that it is finished all the same. */
  signal?: AbortSignal
  /** For tests: a file system without hard links. */
  linkFile?: LinkFile
}

export interface MoveResult {
  readonly from: string
  readonly to: string
  /** Files beside the database. */
  readonly linkedCount: number
  readonly copiedCount: number
  readonly sizeBytes: number
  /** What stays in the old place, beside the note: it could not be removed, or is not in the new one. */
  readonly left: readonly string[]
}

/**
 * Run again after a crash, with the same places, it goes on: from the beginning, or with emptying the old place.
 *
 * @throws {AppError} `data-folder-busy` if anything has it open, `not-found`, `invalid-argument`, `state-conflict`,
 *   `disk-full`, `output-not-writable`, `database-corrupt`, `cancelled`. The old place is then as it was
 */
export async function moveDataFolder(options: MoveOptions): Promise<MoveResult> {
  const from = realPlace(options.from)
  const to = realPlace(options.to)
  const inUse = resolveDataDir(from)
  if (inUse === to && inUse !== from) return finish(from, to, options)
  if (inUse !== from) {
    throw new AppError('state-conflict', `the data folder of ${quoted(from)} is at ${quoted(inUse)}: move that one`)
  }
  refuseUnfit(from, to)
  const { database, lock } = databasePaths(from)
  if (!existsSync(database)) {
    throw new AppError('not-found', `${quoted(from)} is not a data folder: there is no database in it`)
  }
  const heldFolder = lockDataFolder(lock)
  let placed: Placed
  try {
    const held = new HeldDatabase(database)
    try {
      placed = await placeAll(from, to, held, options)
      writeNote(from, to)
      held.retire()
    } finally {
      held.release()
    }
  } finally {
    heldFolder.release()
  }
  return finish(from, to, options, placed)
}

interface Placed {
  linkedCount: number
  copiedCount: number
  sizeBytes: number
}

/** Everything into the new place and on disk, or the new place as it was. */
async function placeAll(from: string, to: string, held: HeldDatabase, options: MoveOptions): Promise<Placed> {
  const entries = await movedEntries(from)
  const sizeBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0)
  refuseFull(from, to, { filesBytes: sizeBytes, databaseBytes: statSync(databasePaths(from).database).size })

  const { database, lock } = databasePaths(to)
  const removePlaced = (): void => {
    for (const { name } of entries) if (!name.includes(sep)) rmSync(join(to, name), { recursive: true, force: true })
    rmSync(database, { force: true })
  }
  const isNew = !existsSync(to)
  let isOurs = false
  let heldTarget: DataFolderLock | undefined
  try {
    mkdirSync(to, { recursive: true })
    heldTarget = lockDataFolder(lock)
    // again, now that nobody else can begin there
    refuseUnfit(from, to)
    isOurs = true
    writeFileSync(join(to, MARK_NAME), from)
    // of a run that was interrupted
    removePlaced()
    const counts = await placeFiles(from, to, entries, options)
    options.onProgress?.({ stage: 'database', done: 0, total: 1 })
    held.copyTo(database, (path) => movedPath(path, [from, resolve(options.from)], to))
    options.onProgress?.({ stage: 'database', done: 1, total: 1 })
    for (const { name, kind } of entries) if (kind === 'folder') syncDir(join(to, name))
    syncDir(to)
    syncDir(dirname(to))
    heldTarget.release()
    return { ...counts, sizeBytes }
  } catch (error) {
    heldTarget?.release()
    if (isOurs) {
      removePlaced()
      for (const name of [MARK_NAME, ...LOCK_NAMES]) rmSync(join(to, name), { force: true })
      if (isNew) rmSync(to, { recursive: true, force: true })
    }
    throw error instanceof AppError ? error : outputError(error, to)
  }
}

async function placeFiles(
  from: string,
  to: string,
  entries: readonly FolderEntry[],
  { onProgress, signal, linkFile }: MoveOptions,
): Promise<Pick<Placed, 'linkedCount' | 'copiedCount'>> {
  const total = entries.filter(({ kind }) => kind === 'file').length
  let linkedCount = 0
  let copiedCount = 0
  for (const { name, kind } of entries) {
    if (signal?.aborted === true) throw new AppError('cancelled', 'moving was cancelled: nothing has changed')
    if (kind === 'folder') mkdirSync(join(to, name))
    if (kind === 'link') symlinkSync(linkTarget(from, to, name), join(to, name))
    if (kind !== 'file') continue
    const how = await placeFile(join(from, name), join(to, name), { linkFile, signal })
    if (how === 'linked') linkedCount++
    else copiedCount++
    onProgress?.({ stage: 'files', done: linkedCount + copiedCount, total })
  }
  return { linkedCount, copiedCount }
}

/** It is decided: what is in the old place is no longer needed. */
async function finish(from: string, to: string, { onProgress }: MoveOptions, placed?: Placed): Promise<MoveResult> {
  // of an earlier move, away from what is the new place now
  rmSync(join(to, NOTE_NAME), { force: true })
  rmSync(join(to, MARK_NAME), { force: true })
  const left = await emptyOldPlace(from, to, (done, total) => onProgress?.({ stage: 'removing', done, total }))
  return { from, to, linkedCount: 0, copiedCount: 0, sizeBytes: 0, ...placed, left }
}

/** @param places the old place by its names: links may lead to it */
function movedPath(path: string, places: readonly string[], to: string): string {
  const place = places.find((folder) => isInside(folder, path))
  return place === undefined ? path : join(to, relative(place, path))
}

/** A link to something in the data folder goes along with it; any other leads where it led. */
function linkTarget(from: string, to: string, name: string): string {
  const target = resolve(dirname(join(from, name)), readlinkSync(join(from, name)))
  return isInside(from, target) ? join(to, relative(from, target)) : target
}
