import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AppError } from '#shared/errors.ts'
import { listBackups } from '../../db/backup.ts'
import { databasePaths } from '../../db/data-folder.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { cleanUp, openTemporary, sampleImage, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { BackupSchedule } from './backup-schedule.ts'

const HOUR_MS = 3_600_000
let dataDir: string
let db: StudioDatabase
let schedule: BackupSchedule
const problems: AppError[] = []
beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21) })
  dataDir = temporaryFolder()
  db = openTemporary({ dataDir })
  schedule = new BackupSchedule({ db, dataDir, onProblem: (error) => problems.push(error) })
  problems.length = 0
})
afterEach(() => {
  schedule.close()
  vi.useRealTimers()
  cleanUp()
})

const times = (): number[] => listBackups(databasePaths(dataDir).backups).map(({ madeAtMs }) => madeAtMs)
const addImage = (): void => {
  db.transaction((write) => {
    write.images.add(sampleImage())
  })
}

test('nothing is no reason for a backup', () => {
  schedule.start()
  vi.advanceTimersByTime(48 * HOUR_MS)
  schedule.beforeRemoving(1)
  expect(times()).toEqual([])
})

test('one at the start, one a day, and none when it is closed', () => {
  addImage()
  const start = Date.now()
  schedule.start()
  vi.advanceTimersByTime(50 * HOUR_MS)
  expect(times()).toEqual([start + 48 * HOUR_MS, start + 24 * HOUR_MS, start])
  schedule.close()
  vi.advanceTimersByTime(50 * HOUR_MS)
  expect(times()).toHaveLength(3)
})

test('a start soon after the last backup makes none', () => {
  addImage()
  db.backup()
  vi.advanceTimersByTime(23 * HOUR_MS)
  schedule.start()
  expect(times()).toHaveLength(1)
  vi.advanceTimersByTime(HOUR_MS)
  expect(times()).toHaveLength(2)
})

test('a backup that seems to come from years ahead holds up none', () => {
  addImage()
  const path = db.backup()
  renameSync(path, join(path, '..', 'reprise-1999999999999.sqlite'))
  schedule.start()
  expect(times()).toHaveLength(2)
})

test('many images are not removed without one', () => {
  addImage()
  schedule.beforeRemoving(500)
  expect(times()).toHaveLength(1)
})

test('what cannot be backed up is told', () => {
  addImage()
  writeFileSync(databasePaths(dataDir).backups, 'a file where the folder should be')
  schedule.start()
  schedule.beforeRemoving(500)
  expect(problems).toHaveLength(2)
})
