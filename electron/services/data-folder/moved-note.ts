/** The note that a data folder leaves behind when it is moved: `moved-to.json`. It alone decides which place is used. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError, quoted } from '#shared/errors.ts'
import { syncDir } from '../../db/sync-file.ts'
import { requireFile } from '../../db/require-kind.ts'
import { databasePaths } from '../../db/data-folder.ts'

export const NOTE_NAME = 'moved-to.json'

const NoteSchema = z.object({ to: z.string().refine(isAbsolute), movedAtMs: z.int() })
type Note = z.infer<typeof NoteSchema>

/**
 * Follows the notes of folders that were moved, to the one in use.
 *
 * @returns absolute; without a note, `dir` itself, whether it is there or not
 * @throws {AppError} `not-found` if the folder is not where the note says (a disk that is not connected): beginning
 *   an empty one instead would look like a loss
 */
export function resolveDataDir(dir: string): string {
  let place = resolve(dir)
  let arrivedMs = -1
  for (;;) {
    const note = readNote(place)
    // a folder that was moved back: its old note is older than the one that led here
    if (note === undefined || note.movedAtMs <= arrivedMs) break
    place = note.to
    arrivedMs = note.movedAtMs
  }
  if (arrivedMs < 0 || existsSync(databasePaths(place).database)) return place
  throw new AppError(
    'not-found',
    `the data folder ${quoted(dir)} was moved to ${quoted(place)}, and is not there: connect its disk. ` +
      `If it is lost, delete ${NOTE_NAME} in ${quoted(dir)} to begin anew`,
    { data: { from: dir, to: place } },
  )
}

/** On disk when this returns; until then the old note, or none. */
export function writeNote(dir: string, to: string): void {
  const earlier = Math.max(readNote(dir)?.movedAtMs ?? 0, readNote(to)?.movedAtMs ?? 0)
  // later than any that it must overrule, also after the clock was set back
  const note: Note = { to, movedAtMs: Math.max(Date.now(), earlier + 1) }
  const path = join(dir, NOTE_NAME)
  writeFileSync(`${path}.tmp`, JSON.stringify(note), { flush: true })
  renameSync(`${path}.tmp`, path)
  syncDir(dir)
}

/** @throws {AppError} `not-found` if there is one that says nothing */
function readNote(dir: string): Note | undefined {
  const path = join(dir, NOTE_NAME)
  let text: string
  try {
    if (!requireFile(path, 'the note of where the data folder is')) return undefined
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    if (error instanceof AppError) throw error
    throw noteUnreadable(path, error)
  }
  try {
    return NoteSchema.parse(JSON.parse(text))
  } catch (error) {
    throw noteUnreadable(path, error)
  }
}

function noteUnreadable(path: string, cause: unknown): AppError {
  return new AppError(
    'not-found',
    `${quoted(path)} does not say where the data folder is: expected {"to": "/its/path", "movedAtMs": 0}. ` +
      'Correct it, or delete it if the data is in this folder',
    { cause },
  )
}
