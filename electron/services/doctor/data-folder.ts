/** The data folder: where it is, whether it can be written, what it holds, what its disk still takes, who has it. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '#shared/contract/studio.ts'
import { AppError, quoted } from '#shared/errors.ts'
import { lockDataFolder } from '../../db/data-folder-lock.ts'
import { databasePaths } from '../../db/data-folder.ts'
import { dataFolderUse, type DataFolderUse } from '../data-folder/data-folder-use.ts'
import { temporaryName } from '../images/image-folder.ts'
import { outputError } from '../images/output-error.ts'
import { isStranger } from '../recovery/left-over.ts'
import { bad, counted, good, shownBytes, warning } from './finding.ts'

/** A batch of a few hundred large images, with room for the database's log. */
const ENOUGH_FREE_BYTES = 2e9

export async function dataFolder(dataDir: string): Promise<Finding[]> {
  if (!existsSync(dataDir)) return [good('data folder', `${dataDir} is not there yet: the first start makes it`)]
  const writable = tryToWrite(dataDir)
  try {
    return [writable, room(await dataFolderUse(dataDir))]
  } catch (error) {
    const { message } = error as Error
    return writable.state === 'bad' ? [writable] : [writable, bad('disk', `${message}: check the permissions`)]
  }
}

function tryToWrite(dataDir: string): Finding {
  const path = join(dataDir, temporaryName())
  try {
    writeFileSync(path, 'x', { flag: 'wx' })
    rmSync(path)
    return good('data folder', `${dataDir} can be written`)
  } catch (error) {
    return bad('data folder', outputError(error, dataDir).message)
  }
}

/** @param use of the folder, as `dataFolderUse` found it */
export function room({ kinds, freeBytes }: DataFolderUse): Finding {
  const held = Object.entries(kinds)
    .filter(([, { fileCount }]) => fileCount > 0)
    .map(([kind, { fileCount, sizeBytes }]) => `${kind} ${shownBytes(sizeBytes)} (${counted(fileCount, 'file')})`)
  const found = `${shownBytes(freeBytes)} free${held.length > 0 ? `; held: ${held.join(', ')}` : ''}`
  if (freeBytes >= ENOUGH_FREE_BYTES) return good('disk', found)
  return warning('disk', `${found}. The queue stops when the disk is full: free some space, or move the data folder`)
}

/** What no studio puts there; nothing is said where there is nothing. */
export function otherFiles(dataDir: string): Finding[] {
  const strangers = existsSync(dataDir) ? readdirSync(dataDir).filter(isStranger) : []
  if (strangers.length === 0) return []
  const shown = strangers.slice(0, 5).map(quoted).join(', ')
  const found = `${counted(strangers.length, 'entry', 'entries')} in the data folder that no studio made: ${shown}`
  return [warning('other files', `${found}. They are left alone; move them elsewhere`)]
}

/** Tries the lock, so that nothing stale can mislead it. */
export function owner(dataDir: string): Finding {
  const { lock } = databasePaths(dataDir)
  const nobody = good('studio', 'no studio is running on the data folder')
  if (!existsSync(lock)) return nobody
  try {
    lockDataFolder(lock).release()
    return nobody
  } catch (error) {
    const { code, data, message } = AppError.from(error)
    if (code !== 'data-folder-busy') return warning('studio', message)
    const { processId } = data
    if (processId === process.pid) return good('studio', `this studio has the data folder (process ${processId})`)
    const who = typeof processId === 'number' ? `process ${processId}` : 'another process'
    return good('studio', `a studio is running on the data folder: ${who}`)
  }
}
