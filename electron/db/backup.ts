/**
 * Backups of the database: whole, compact copies with a time in their name, the latest few kept. A name that ends in
 * `.sqlite` is given only to a copy that is complete and on disk.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { syncDir, syncFile } from './sync-file.ts'

const KEPT = 5
const NAME = /^reprise-(\d{13})\.sqlite$/

export interface Backup {
  readonly path: string
  readonly madeAtMs: number
}

/** @returns the backup's path. Runs outside of a transaction; readers go on meanwhile. */
export function writeBackup(db: Database.Database, backupsDir: string, nowMs = Date.now()): string {
  if (!existsSync(backupsDir)) mkdirSync(backupsDir)
  // two in one millisecond, or a clock that jumped back: the new one is still the latest
  const latest = listBackups(backupsDir).at(0)
  const madeAtMs = Math.max(nowMs, (latest?.madeAtMs ?? 0) + 1)
  const path = join(backupsDir, `reprise-${String(madeAtMs).padStart(13, '0')}.sqlite`)
  // with the process in its name: the next start sees whether anybody still writes it
  const temporary = `${path}.${process.pid}.tmp`
  rmSync(temporary, { force: true })
  try {
    db.prepare('VACUUM INTO ?').run(temporary)
    syncFile(temporary)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncDir(backupsDir)
  for (const old of listBackups(backupsDir).slice(KEPT)) rmSync(old.path, { force: true })
  return path
}

/** Newest first. */
export function listBackups(backupsDir: string): Backup[] {
  return namesIn(backupsDir)
    .map((name) => ({ path: join(backupsDir, name), madeAtMs: Number(NAME.exec(name)?.[1]) }))
    .filter(({ madeAtMs }) => !Number.isNaN(madeAtMs))
    .sort((a, b) => b.madeAtMs - a.madeAtMs)
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
