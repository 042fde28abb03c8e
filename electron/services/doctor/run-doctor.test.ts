/** With the real engine, real folders and real damage. */
import { existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FindingSchema, type Finding } from '#shared/contract/studio.ts'
import { VERSION } from '#shared/version.ts'
import { NO_FACTS } from '#shared/model-summary.ts'
import { databasePaths } from '../../db/data-folder.ts'
import { openDatabase } from '../../db/open-database.ts'
import { cleanUp, openTemporary, sampleImage, temporaryFolder } from '../../db/testing/studio-folder.ts'
import type { ChildHandle } from '../../supervisor/child-handle.ts'
import { forkNodeChild } from '../../supervisor/node-child.ts'
import { moveDataFolder } from '../data-folder/move-data-folder.ts'
import { fillDataFolder } from '../data-folder/testing/full-data-folder.ts'
import { EventBus } from '../events/event-bus.ts'
import { SettingsService } from '../settings/settings-service.ts'
import { clock } from './clock.ts'
import { room } from './data-folder.ts'
import { backups } from './database.ts'
import { shownBytes } from './finding.ts'
import { machine } from './machine.ts'
import { runDoctor, type DoctorOptions } from './run-doctor.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const starterModelDir = join(ROOT, 'build/starter/model')

/** Ends at once: what is not about the engine need not wait for one. */
const noEngine = (): ChildHandle => forkNodeChild(join(ROOT, 'not-there.ts'))
const realEngine = (): ChildHandle => forkNodeChild(join(ROOT, 'electron/engine/child/main.ts'))

let dataDir: string
beforeEach(() => {
  dataDir = join(temporaryFolder(), 'data')
})
afterEach(cleanUp)

async function examine(options: Partial<DoctorOptions> = {}): Promise<Record<string, Finding[]>> {
  const findings = await runDoctor({ dataDir, starterModelDir, startChild: noEngine, ...options })
  for (const finding of findings) FindingSchema.parse(finding)
  return Object.groupBy(findings, ({ name }) => name) as Record<string, Finding[]>
}

const finding = (state: Finding['state'], message: string): Finding =>
  expect.objectContaining({ state, message: expect.stringContaining(message) as string }) as Finding

test('a studio that is well', async () => {
  fillDataFolder(dataDir)
  const found = await examine({ startChild: realEngine })
  expect(found.engine).toEqual([finding('good', `engine ${VERSION}, ONNX Runtime 1.`)])
  expect(found.engine[0].message).toMatch(/computed by: cpu, wasm$/)
  expect(found.machine[0].message).toContain(cpus()[0].model.trim())
  expect(found['starter model']).toEqual([finding('good', 'Reprise Starter')])
  expect(found.versions[0].message).toMatch(/^Reprise \S+, Node 2\d\S+, SQLite 3\.\d+\.\d+, sharp \S+ with libvips \d/)
  expect(found['data folder']).toEqual([finding('good', dataDir)])
  expect(found.disk[0].message).toMatch(/free; held: images 60 bytes \(2 files\), inputs 8 bytes \(1 file\)/)
  expect(found.studio).toEqual([finding('good', 'no studio')])
  expect(found.database).toEqual([finding('good', 'sound')])
  expect(found.backups).toEqual([finding('good', 'last 24 hours')])
  expect(found['image files']).toEqual([finding('good', '2 images')])
  expect(found.clock).toEqual([finding('good', 'UTC')])
})

test('a folder that is not there yet is not made', async () => {
  const found = await examine()
  expect(found['data folder']).toEqual([finding('good', 'first start')])
  expect(found.engine).toEqual([finding('bad', 'engine')])
  expect(Object.keys(found).sort()).toEqual(['clock', 'data folder', 'engine', 'machine', 'studio', 'versions'])
  expect(existsSync(dataDir)).toBe(false)
})

describe('a data folder', () => {
  test('with a database that cannot be opened: the rest is looked at all the same', async () => {
    fillDataFolder(dataDir)
    writeFileSync(databasePaths(dataDir).database, 'x'.repeat(5000))
    const found = await examine()
    expect(found.database).toEqual([finding('bad', 'restore the latest backup')])
    expect(found.backups).toEqual([finding('good', 'last 24 hours')])
    expect(found['data folder']).toEqual([finding('good', 'written')])
    expect(found.clock).toHaveLength(1)
  })

  test('with a database that is damaged within', async () => {
    const db = openTemporary({ dataDir })
    db.transaction((write) => {
      for (let i = 0; i < 300; i++) write.images.add(sampleImage())
    })
    db.close()
    const { database } = databasePaths(dataDir)
    const opened = openTemporary({ dataDir })
    // pages of its end, which nothing reads at the start
    truncateSync(database, 4096 * 20)
    const found = await examine({ db: opened })
    expect(found.database).toEqual([finding('bad', 'damaged')])
  })

  test('with images that lack their file, and files that nobody knows', async () => {
    fillDataFolder(dataDir)
    rmSync(join(dataDir, 'images/2026-11-21/1-0000-7.png'))
    writeFileSync(join(dataDir, 'images/stranger.png'), '')
    const found = await examine()
    expect(found['image files']).toEqual([finding('warning', '1 image of the history without a file')])
    expect(found['image files']).toEqual([finding('warning', '1 file that the history does not know')])
  })

  test('that another connection owns: who it is', async () => {
    const db = openTemporary({ dataDir })
    expect((await examine({ db })).studio).toEqual([
      finding('good', `this studio has the data folder (process ${process.pid})`),
    ])
    // the look did not take the folder away
    expect(() => openDatabase(dataDir)).toThrow(expect.objectContaining({ code: 'data-folder-busy' }) as Error)
  })

  test('that was moved is followed; to a disk that is gone, that is said', async () => {
    fillDataFolder(dataDir)
    const to = join(temporaryFolder(), 'moved')
    await moveDataFolder({ from: dataDir, to })
    expect((await examine())['data folder']).toEqual([finding('good', to)])
    rmSync(to, { recursive: true })
    expect((await examine())['data folder']).toEqual([finding('bad', 'connect its disk')])
  })

  test('that is a file', async () => {
    writeFileSync(dataDir, '')
    expect((await examine())['data folder']).toEqual([finding('bad', 'file')])
  })

  test('on a disk that is nearly full', () => {
    const nothing = { fileCount: 0, sizeBytes: 0 }
    const kinds = { images: nothing, inputs: nothing, differences: nothing, thumbnails: nothing } as const
    const use = { kinds: { ...kinds, backups: nothing, database: nothing, other: nothing }, freeBytes: 1.5e9 }
    expect(room(use)).toEqual(finding('warning', '1.5 GB free. The queue stops'))
    expect(room({ ...use, freeBytes: 2.5e9 })).toEqual(finding('good', '2.5 GB free'))
  })
})

test('models that cannot be used, and folders that cannot be read, are named', async () => {
  const db = openTemporary({ dataDir })
  const model = { architecture: 'unknown', hash: '', sizeBytes: 0, seenAtMs: 1, facts: NO_FACTS }
  db.transaction((write) => {
    write.models.save({ ...model, path: '/models/a', name: 'a', problem: null })
    write.models.save({ ...model, path: '/models/b', name: 'b', problem: 'its UNet is missing' })
  })
  const gone = join(dataDir, 'gone')
  new SettingsService({ db, bus: new EventBus() }).update({ modelFolders: [gone] })
  expect((await examine({ db })).models).toEqual([
    finding('good', '1 model can be used, of 2'),
    finding('warning', 'its UNet is missing'),
    finding('warning', gone),
  ])
})

test('a starter model that is not whole', async () => {
  const empty = join(dataDir, 'starter')
  mkdirSync(empty, { recursive: true })
  const found = await examine({ startChild: realEngine, starterModelDir: empty })
  expect(found.engine).toEqual([finding('good', 'starts')])
  expect(found['starter model']).toEqual([finding('bad', 'install Reprise again')])
})

test('backups that are missing or old', () => {
  const later = Date.now() + 30.5 * 86_400_000
  openTemporary({ dataDir }).close()
  expect(backups(dataDir)).toEqual(finding('good', 'the first within an hour'))
  expect(backups(dataDir, later)).toEqual(finding('warning', 'no backup'))
  fillDataFolder(dataDir)
  expect(backups(dataDir, later)).toEqual(finding('warning', '30 days old'))
})

test('a clock that cannot be right', () => {
  expect(clock(undefined, 0)).toEqual(finding('bad', '1970-01-01 00:00'))
  const db = openTemporary({ dataDir })
  db.transaction((write) => write.images.add(sampleImage({ createdAtMs: Date.UTC(2030, 5, 1) })))
  expect(clock(db, Date.UTC(2029, 0, 1))).toEqual(finding('warning', 'newest image was made at 2030-06-01'))
  expect(clock(db, Date.UTC(2031, 0, 1))).toEqual(finding('good', '2031'))
})

test('a container with little memory', () => {
  expect(machine(2e9, 64e9)).toEqual(finding('warning', '64 GB of memory, of which this container may use 2 GB'))
  expect(machine(2 ** 64, 64e9)).toEqual(finding('good', '64 GB of memory'))
  expect(machine(0, 4e9)).toEqual(finding('warning', '4 GB'))
})

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [1_234_567, '1.23 MB'],
  [2e15, '2000 TB'],
])('%d bytes are shown as %s', (bytes, shown) => {
  expect(shownBytes(bytes)).toBe(shown)
})
