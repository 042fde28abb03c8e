/**
 * What goes wrong around a studio, one by one, on a real data folder with the fake engine: what the person is told, and
 * that nothing else is lost. Faults of single parts are tested beside them.
 */
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { ImageView } from '#shared/contract/history.ts'
import type { JobView } from '#shared/contract/jobs.ts'
import { openDatabase } from '../../electron/db/open-database.ts'
import { openStudio, type Studio } from '../../electron/services/studio/open-studio.ts'
import { forkNodeChild } from '../../electron/supervisor/node-child.ts'
import { tally } from './kill/tally.ts'

const ROOT = join(import.meta.dirname, '../..')
const STARTER = join(ROOT, 'build/starter/model')

const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const end of ends.splice(0).reverse()) await end()
})

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'reprise-faults-'))
  ends.push(() => {
    rmSync(dir, { recursive: true, force: true })
  })
  return dir
}

async function open(dataDir = folder()): Promise<Studio> {
  const studio = await openStudio({
    dataDir,
    starterModelDir: STARTER,
    startChild: () => forkNodeChild(join(ROOT, 'test/fixtures/engine/fake-child.ts')),
  })
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= studio.close())
  ends.push(close)
  return { ...studio, close }
}

async function settled({ client }: Studio, { id }: { id: number }): Promise<JobView> {
  await expect.poll(async () => (await client.jobs.get({ id })).finishedAtMs, { timeout: 20_000 }).not.toBeNull()
  return client.jobs.get({ id })
}

async function make(studio: Studio, ...prompts: string[]): Promise<ImageView[]> {
  const job = await studio.client.jobs.add({ items: prompts.map((prompt, index) => ({ prompt, seed: index })) })
  expect(await settled(studio, job)).toMatchObject({ state: 'done' })
  return (await studio.client.history.page({ sort: 'oldest' })).images
}

test('a second studio on the folder says who has it, and disturbs nothing', async () => {
  const studio = await open()
  await expect(open(studio.dataDir)).rejects.toMatchObject({
    code: 'data-folder-busy',
    message: expect.stringContaining(`process ${process.pid}`) as string,
  })
  expect(await make(studio, 'a')).toHaveLength(1)
})

test('a model that is deleted while its job waits fails that job with the reason; the queue goes on', async () => {
  const studio = await open()
  const { client } = studio
  const models = folder()
  cpSync(join(ROOT, 'test/fixtures/pipelines/models/sd1'), join(models, 'mine'), { recursive: true })
  const [mine] = (await client.models.addFolder({ path: models })).filter(({ name }) => name === 'mine')
  await client.jobs.pauseQueue({})
  // the fake engine takes any folder: this prompt makes it answer as the real one does to a folder that is gone
  const doomed = await client.jobs.add({ modelId: mine.id, items: [{ prompt: 'refuse' }, { prompt: 'b' }] })
  const other = await client.jobs.add({ items: [{ prompt: 'c' }] })
  rmSync(models, { recursive: true })
  await client.jobs.resumeQueue({})
  expect(await settled(studio, doomed)).toMatchObject({ state: 'failed', itemCounts: { failed: 2 } })
  expect((await client.jobs.items({ jobId: doomed.id }))[0].error?.code).toBe('model-not-found')
  expect(await settled(studio, other)).toMatchObject({ state: 'done' })
  const listed = (await client.models.scan({})).find(({ id }) => id === mine.id)
  expect(listed?.problem ?? 'no longer listed').not.toBeNull()
})

test('an image file that somebody deleted: told, kept in the history, and put back by making it again', async () => {
  const studio = await open()
  const [kept, gone] = await make(studio, 'kept', 'gone')
  const { path } = await studio.files.image(gone.id)
  await studio.close()
  unlinkSync(path)

  const again = await open(studio.dataDir)
  expect(again.startupNotes.join()).toMatch(/1 image/)
  await expect(again.files.image(gone.id)).rejects.toMatchObject({ code: 'image-file-missing' })
  expect((await again.client.history.page({})).images).toHaveLength(2)
  expect((await again.client.history.get({ id: kept.id })).isMissing).toBe(false)
  // the fake engine's model is none of the list: what the verdict needs is that hash
  const db = openDatabase(studio.dataDir, { role: 'guest' })
  const [starter] = db.read.models.list()
  db.transaction((write) => write.models.save({ ...starter, hash: 'ab'.repeat(32) }))
  db.close()
  await settled(again, await again.client.reproduce.start({ imageIds: [gone.id] }))
  expect(await again.client.history.get({ id: gone.id })).toMatchObject({
    isMissing: false,
    verdicts: [{ outcome: 'bit-exact' }],
  })
  expect(await again.files.image(gone.id)).toMatchObject({ path })
})

test('a damaged database: the backup is restored, what is lost is named, later images come back from their files', async () => {
  const studio = await open()
  await make(studio, 'before the backup')
  await studio.client.collections.create({ name: 'before' })
  await studio.close()
  const db = openDatabase(studio.dataDir)
  db.backup()
  db.close()
  const later = await open(studio.dataDir)
  await make(later, 'after the backup')
  await later.client.collections.create({ name: 'after' })
  await later.close()
  // the middle of the file: pages of tables
  const file = openSync(join(studio.dataDir, 'reprise.sqlite'), 'r+')
  writeSync(file, Buffer.alloc(320 * 1024, 'Z'), 0, null, 3 * 4096)
  closeSync(file)

  const restored = await open(studio.dataDir)
  expect(restored.startupNotes[0]).toMatch(/damaged.*backup of.*restored.*lost/)
  const { images } = await restored.client.history.page({ sort: 'oldest' })
  expect(images.map(({ prompt }) => prompt).sort()).toEqual(['after the backup', 'before the backup'])
  expect((await restored.client.collections.list({})).map(({ name }) => name)).toEqual(['before'])
  expect(await make(restored, 'and on')).toHaveLength(3)
})

test('a folder that cannot be written: the queue pauses and says why; resumed later, it makes the same', async () => {
  const studio = await open()
  const { client } = studio
  rmSync(join(studio.dataDir, 'images'), { recursive: true, force: true })
  // root may write anywhere; nobody may make a folder where a file is
  writeFileSync(join(studio.dataDir, 'images'), '')
  const job = await client.jobs.add({
    items: [
      { prompt: 'a', seed: 1 },
      { prompt: 'b', seed: 2 },
    ],
  })
  await expect.poll(async () => (await client.jobs.queueState({})).isPaused, { timeout: 20_000 }).toBe(true)
  expect((await client.jobs.queueState({})).pauseReason?.code).toBe('output-not-writable')
  rmSync(join(studio.dataDir, 'images'))
  await client.jobs.resumeQueue({})
  expect(await settled(studio, job)).toMatchObject({ itemCounts: { done: 2 } })
})

test('a database that somebody holds: the image waits for it, or goes back; none is lost', async () => {
  const studio = await open()
  const job = await studio.client.jobs.add({ items: [{ prompt: 'slow' }] })
  const script = `
    const db = require('better-sqlite3')(process.argv[1])
    db.exec('BEGIN IMMEDIATE')
    process.stdout.write('held')
    setTimeout(() => db.exec('COMMIT'), 1000)`
  const holder = spawn(process.execPath, ['-e', script, join(studio.dataDir, 'reprise.sqlite')], { cwd: ROOT })
  await once(holder.stdout, 'data')
  // who only reads is not held up
  expect(await studio.client.history.count({})).toEqual({ imageCount: 0 })
  expect(await settled(studio, job)).toMatchObject({ state: 'done' })
})

test('a clock that jumps back by years: order of ids apart, everything goes on', async () => {
  const studio = await open()
  await make(studio, 'now')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(1999, 0, 1) })
  const images = await make(studio, 'long ago')
  expect(images.map(({ prompt }) => prompt)).toEqual(['long ago', 'now'])
  vi.useRealTimers()
  const { faults, orphans } = await tally(studio.dataDir)
  expect([...faults.filter((fault) => !fault.includes('two images')), ...orphans]).toEqual([])
})

test('links and strangers in the data folder are left alone', async () => {
  const studio = await open()
  await make(studio, 'a')
  await studio.close()
  mkdirSync(join(studio.dataDir, 'images/holiday'))
  writeFileSync(join(studio.dataDir, 'images/holiday/beach.png'), 'not made here')
  symlinkSync('/', join(studio.dataDir, 'images/root'))
  const again = await open(studio.dataDir)
  expect(again.startupNotes.join()).toContain('beach.png')
  expect((await again.client.history.page({})).images).toHaveLength(1)
})
