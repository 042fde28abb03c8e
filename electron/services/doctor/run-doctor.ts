/**
 * Looks at all that a studio stands on, and says what to do where something is wrong. Each look is by itself: what
 * cannot be looked at is a finding, and the others go on. Paths are those of this machine, for whoever sits at it.
 */
import { existsSync } from 'node:fs'
import type { Finding } from '#shared/contract/studio.ts'
import { AppError } from '#shared/errors.ts'
import { databasePaths } from '../../db/data-folder.ts'
import { openDatabase } from '../../db/open-database.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import type { ChildHandle } from '../../supervisor/child-handle.ts'
import { resolveDataDir } from '../data-folder/moved-note.ts'
import { dataFolder, otherFiles, owner } from './data-folder.ts'
import { clock } from './clock.ts'
import { backups, imageFiles, integrity } from './database.ts'
import { bad } from './finding.ts'
import { machine, versions } from './machine.ts'
import { engine, models } from './models.ts'

export interface DoctorOptions {
  /** Where it is, or was before it was moved. */
  dataDir: string
  starterModelDir: string
  /** An engine for the doctor alone. */
  startChild: () => ChildHandle
  /** If it is open already; else it is opened as a guest, if there is one. */
  db?: StudioDatabase
}

type Look = [name: string, look: () => Finding | Finding[] | Promise<Finding | Finding[]>]

/** Never fails. Reads all of the database and the names of all files: seconds for a hundred thousand images. */
export async function runDoctor(options: DoctorOptions): Promise<Finding[]> {
  const { starterModelDir, startChild } = options
  const ofMachine = await lookAt([
    ['versions', versions],
    ['machine', () => machine()],
    ['engine', () => engine(startChild, starterModelDir)],
  ])
  return [...ofMachine, ...(await ofData(options))]
}

async function ofData({ dataDir: named, db }: DoctorOptions): Promise<Finding[]> {
  let dataDir: string
  try {
    dataDir = resolveDataDir(named)
  } catch (error) {
    return [bad('data folder', AppError.from(error).message), clock(undefined)]
  }
  const findings = await lookAt([
    ['data folder', () => dataFolder(dataDir)],
    ['other files', () => otherFiles(dataDir)],
    ['studio', () => owner(dataDir)],
  ])
  if (db === undefined && !existsSync(databasePaths(dataDir).database)) return [...findings, clock(undefined)]
  const ofBackups: Look = ['backups', () => backups(dataDir)]
  let open: StudioDatabase
  try {
    open = db ?? openDatabase(dataDir, { role: 'guest' })
  } catch (error) {
    const cannotOpen = bad('database', AppError.from(error).message)
    return [...findings, cannotOpen, ...(await lookAt([ofBackups])), clock(undefined)]
  }
  try {
    const ofDatabase = await lookAt([
      ['database', () => integrity(open, dataDir)],
      ofBackups,
      ['image files', () => imageFiles(open, dataDir)],
      ['models', () => models(open)],
      ['clock', () => clock(open)],
    ])
    return [...findings, ...ofDatabase]
  } finally {
    if (db === undefined) open.close()
  }
}

async function lookAt(looks: readonly Look[]): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [name, look] of looks) {
    try {
      findings.push(...[await look()].flat())
    } catch (error) {
      // where the folder is, the finding about it says
      findings.push(bad(name, AppError.from(error).toWire().message))
    }
  }
  return findings
}
