import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { StudioEvent } from '#shared/contract/events.ts'
import { historyContract } from '#shared/contract/history.ts'
import { MAX_SEED } from '#shared/generation.ts'
import { cleanUp, openTemporary, sampleImage, sha256, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { EventBus } from '../events/event-bus.ts'
import { ImageStore } from '../images/image-store.ts'
import { createHistoryHandlers } from './history-handlers.ts'
import { madeImage } from './testing/made-image.ts'

afterEach(cleanUp)

const DAY_MS = 86_400_000
const failure = (code: string) => expect.objectContaining({ code }) as Error
const changed = (ids: number[]): StudioEvent => ({ name: 'images.changed', payload: { ids } })

function open() {
  const dataDir = temporaryFolder()
  const db = openTemporary({ dataDir })
  const bus = new EventBus()
  const store = new ImageStore({ db, dataDir })
  const events: StudioEvent[] = []
  const removals: number[] = []
  bus.listen(({ name, payload }) => events.push({ name, payload } as StudioEvent))
  return {
    dataDir,
    db,
    store,
    history: createHistoryHandlers({
      db,
      bus,
      store,
      models: { list: () => [] },
      backups: { beforeRemoving: (count) => removals.push(count) },
    }),
    /** How many images were said to be about to go, each time. */
    removals,
    /** What was told since the last call. */
    told: () => events.splice(0),
    add: (changes: Parameters<typeof sampleImage>[0] = {}) =>
      db.transaction((write) => write.images.add(sampleImage(changes))),
    save: (changes: Parameters<typeof madeImage>[0] = {}) =>
      store.save(madeImage(changes), { name: '1-0000', dayMs: 0 }).then(({ id }) => id),
  }
}

test('pages, counts and details tell all of an image but where its file lies', async () => {
  const { history, db, add, dataDir } = open()
  const id = add({ seed: MAX_SEED, prompt: 'castle' })
  add({ prompt: 'house' })
  db.transaction((write) => {
    write.tags.give(id, 'Keep')
    write.collections.addImages(write.collections.create('Best', 1), [id])
    for (const message of ['first', 'second']) {
      write.verdicts.add({
        imageId: id,
        createdAtMs: 1,
        outcome: 'different',
        pixelHash: sha256(message),
        differingPixels: 1,
        maxDifference: 2,
        meanDifference: 0.5,
        differenceFileName: `differences/${message}.png`,
        durationMs: 3,
        message,
      })
    }
  })
  const page = await history.page({ filter: { text: 'castle' } })
  const detail = await history.get({ id })
  expect(page.images).toEqual([expect.objectContaining({ id, prompt: 'castle', seed: MAX_SEED })])
  expect(await history.count({ filter: { text: 'castle' } })).toEqual({ imageCount: 1 })
  expect(detail).toMatchObject({ tags: [{ name: 'Keep' }], collections: [{ name: 'Best' }] })
  expect(detail.verdicts).toMatchObject([
    { message: 'second', hasDifferenceImage: true, maxDifference: 2 },
    { message: 'first' },
  ])
  for (const sent of [page, detail]) {
    const text = JSON.stringify(sent, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
    for (const secret of ['images/', 'differences/', 'fileName', 'FileName', dataDir])
      expect(text).not.toContain(secret)
  }
  // as the contract has it: nothing is missing, nothing is of another type
  expect(historyContract.page.output.encode(page).images[0].seed).toBe('18446744073709551615')
  expect(historyContract.get.output.encode(detail)).toMatchObject({ id, seed: '18446744073709551615' })
  expect(() => history.get({ id: id + 7 })).toThrow(failure('not-found'))
})

test('marks are set on many images at once, and told once', async () => {
  const { history, add, db, told } = open()
  const ids = [add(), add(), add()]
  await history.setFavourite({ ids, favourite: true })
  await history.setRating({ ids: ids.slice(1), rating: 4 })
  await history.trash({ ids: ids.slice(0, 2) })
  await history.restore({ ids: [ids[1]] })
  expect(ids.map((id) => db.read.images.get(id))).toMatchObject([
    { favourite: true, rating: 0, trashedAtMs: expect.any(Number) as number },
    { favourite: true, rating: 4 },
    { favourite: true, rating: 4 },
  ])
  expect(db.read.images.get(ids[1]).trashedAtMs).toBeUndefined()
  expect(told()).toEqual([changed(ids), changed(ids.slice(1)), changed(ids.slice(0, 2)), changed([ids[1]])])
})

test('an image that is not there stops the whole change', () => {
  const { history, add, db, told } = open()
  const ids = [add(), 5]
  for (const attempt of [
    () => history.setFavourite({ ids, favourite: true }),
    () => history.setRating({ ids, rating: 5 }),
    () => history.trash({ ids }),
    () => history.restore({ ids }),
  ]) {
    expect(attempt).toThrow(failure('not-found'))
  }
  expect(db.read.images.get(ids[0])).toMatchObject({ favourite: false, rating: 0 })
  expect(db.read.images.get(ids[0]).trashedAtMs).toBeUndefined()
  expect(told()).toEqual([])
})

test('only what is in the trash is removed for good, with its file', async () => {
  const { history, save, db, told, dataDir } = open()
  const ids = [await save(), await save(), await save()]
  const fileOf = (id: number) => join(dataDir, db.read.images.get(id).fileName)
  const files = ids.map(fileOf)
  db.transaction((write) => {
    write.tags.give(ids[0], 'lonely')
    write.tags.giveAll(ids, ['common'])
  })
  await history.trash({ ids: ids.slice(0, 2) })
  told()
  await expect(history.remove({ ids: [ids[0], ids[2]] })).rejects.toThrow(failure('state-conflict'))
  await expect(history.remove({ ids: [ids[0], 5] })).rejects.toThrow(failure('not-found'))
  expect([files.map(existsSync), told()]).toEqual([[true, true, true], []])

  await history.remove({ ids: [ids[0], ids[0]] })
  expect(files.map(existsSync)).toEqual([false, true, true])
  expect(db.read.images.find(ids[0])).toBeUndefined()
  expect(db.read.tags.list()).toMatchObject([{ name: 'common', imageCount: 2 }])
  expect(told()).toEqual([
    { name: 'images.removed', payload: { ids: [ids[0]] } },
    { name: 'tags.changed', payload: {} },
    { name: 'collections.changed', payload: {} },
  ])
})

test('a trash of any size is emptied in parts; what is taken out of it meanwhile stays', async () => {
  const { history, add, db, told, removals } = open()
  const ids = Array.from({ length: 450 }, () => add())
  const kept = add()
  await history.trash({ ids })
  told()
  const emptied = history.emptyTrash({})
  // others have their turn before the last part, and what they do counts
  await history.restore({ ids: [ids[449]] })
  expect(db.read.images.find(ids[448])).toBeDefined()
  expect(await emptied).toEqual({ removedCount: 449 })
  expect(removals).toEqual([450])
  expect(db.read.history.page().images.map(({ id }) => id)).toEqual([kept, ids[449]])
  const removed = told().flatMap(({ name, payload }) => (name === 'images.removed' ? [payload.ids] : []))
  expect(removed.map((part) => part.length)).toEqual([200, 200, 49])
  expect(removed.flat()).toEqual(ids.slice(0, 449))
  expect(await history.emptyTrash({})).toEqual({ removedCount: 0 })
})

test('days begin and end by the clock of the person who asks', async () => {
  const { history, add } = open()
  const noon = Date.UTC(2026, 10, 21, 12)
  const times = [noon, noon + 11 * 3_600_000, noon + 12.5 * 3_600_000, noon - 3 * DAY_MS]
  times.forEach((createdAtMs) => add({ createdAtMs, prompt: 'castle' }))
  add({ createdAtMs: noon, prompt: 'house' })
  const filter = { text: 'castle' }
  expect(await history.days({ filter, utcOffsetMinutes: 0 })).toEqual([
    { day: '2026-11-22', firstAtMs: times[2], imageCount: 1 },
    { day: '2026-11-21', firstAtMs: times[0], imageCount: 2 },
    { day: '2026-11-18', firstAtMs: times[3], imageCount: 1 },
  ])
  const dayCounts = async (utcOffsetMinutes: number) =>
    (await history.days({ utcOffsetMinutes })).map(({ day, imageCount }) => `${day}: ${imageCount}`)
  expect(await dayCounts(60)).toEqual(['2026-11-22: 2', '2026-11-21: 2', '2026-11-18: 1'])
  expect(await dayCounts(-60)).toEqual(['2026-11-21: 4', '2026-11-18: 1'])
  expect(await dayCounts(825)).toEqual(['2026-11-22: 4', '2026-11-19: 1'])
  expect(await history.days({ filter: { text: 'nowhere' }, utcOffsetMinutes: 0 })).toEqual([])
})

test('the first hours of 1970 are a day of 1969 behind Greenwich', async () => {
  const { history, add } = open()
  add({ createdAtMs: 3_600_000 })
  expect(await history.days({ utcOffsetMinutes: -120 })).toEqual([
    { day: '1969-12-31', firstAtMs: 3_600_000, imageCount: 1 },
  ])
})

test('statistics count what is not in the trash', async () => {
  const { history, add, db } = open()
  const empty = await history.statistics({})
  expect(empty).toEqual({
    ...{ imageCount: 0, trashedCount: 0, favouriteCount: 0, fileSizeBytes: 0, durationMs: 0 },
    ...{ firstAtMs: null, lastAtMs: null, models: [], schedulers: [], sizes: [] },
    kinds: { 'text-to-image': 0, 'image-to-image': 0 },
    origins: {},
    verdicts: { bitExact: 0, different: 0, failed: 0 },
  })
  const other = { modelName: 'other', modelHash: 'b'.repeat(64) }
  const first = add({ createdAtMs: 1000, scheduler: 'ddim', fileSizeBytes: 10, durationMs: 7 })
  add({ createdAtMs: 2000, runtimeVersion: '1.31.0', fileSizeBytes: 20, durationMs: 8 })
  add({ createdAtMs: 3000, ...other, widthPx: 768, kind: 'image-to-image', fileSizeBytes: 30, durationMs: 9 })
  add({ createdAtMs: 3000, modelName: 'starter', modelHash: 'c'.repeat(64), fileSizeBytes: 40, durationMs: 0 })
  const trashed = add({ createdAtMs: 9000, ...other, scheduler: 'euler', fileSizeBytes: 999, durationMs: 999 })
  const verdict = {
    ...{ imageId: first, createdAtMs: 1, pixelHash: null, differingPixels: null, maxDifference: null },
    ...{ meanDifference: null, differenceFileName: null, durationMs: 1, message: null },
  }
  db.transaction((write) => {
    write.images.setTrashed(trashed, 1)
    write.images.setFavourite(trashed, true)
    write.images.setFavourite(first, true)
    for (const outcome of ['bit-exact', 'bit-exact', 'failed'] as const) write.verdicts.add({ ...verdict, outcome })
  })
  const found = await history.statistics({})
  expect(found).toEqual({
    ...{ imageCount: 4, trashedCount: 1, favouriteCount: 1, fileSizeBytes: 100, durationMs: 24 },
    ...{ firstAtMs: 1000, lastAtMs: 3000 },
    // the same model under two versions of the runtime is one; two models of one name are told apart
    models: [
      { name: 'starter (aaaaaaaaaa)', imageCount: 2 },
      { name: 'other', imageCount: 1 },
      { name: 'starter (cccccccccc)', imageCount: 1 },
    ],
    schedulers: [
      { name: 'pndm', imageCount: 3 },
      { name: 'ddim', imageCount: 1 },
    ],
    sizes: [
      { name: '512 × 512', imageCount: 3 },
      { name: '768 × 512', imageCount: 1 },
    ],
    kinds: { 'text-to-image': 3, 'image-to-image': 1 },
    origins: { reprise: 4 },
    verdicts: { bitExact: 2, different: 0, failed: 1 },
  })
  expect(historyContract.statistics.output.parse(found)).toEqual(found)
})

test('an image is exported as it is asked for', async () => {
  const { history, save } = open()
  const id = await save({ seed: 9n, prompt: 'A red house' })
  const exported = await history.export({ id, options: { format: 'webp', quality: 80, settings: true } })
  expect(exported).toMatchObject({ fileName: '9-A-red-house.webp', mimeType: 'image/webp' })
  await expect(history.export({ id: id + 7, options: { format: 'png', quality: 92, settings: true } })).rejects.toThrow(
    failure('not-found'),
  )
})
