import { afterEach, expect, test } from 'vitest'
import type { StudioEvent } from '#shared/contract/events.ts'
import { cleanUp, openTemporary, sampleImage } from '../../db/testing/studio-folder.ts'
import { EventBus } from '../events/event-bus.ts'
import { createCollectionsHandlers } from './collections-handlers.ts'
import { createTagsHandlers } from './tags-handlers.ts'

afterEach(cleanUp)

function open({ imageCount = 3 } = {}) {
  const db = openTemporary()
  const bus = new EventBus()
  const ids = db.transaction((write) => Array.from({ length: imageCount }, () => write.images.add(sampleImage())))
  const events: StudioEvent[] = []
  bus.listen(({ name, payload }) => events.push({ name, payload } as StudioEvent))
  return {
    db,
    ids,
    tags: createTagsHandlers({ db, bus }),
    collections: createCollectionsHandlers({ db, bus }),
    /** What was told since the last call. */
    told: () => events.splice(0),
  }
}

const changed = (ids: number[]): StudioEvent => ({ name: 'images.changed', payload: { ids } })
const tagsChanged: StudioEvent = { name: 'tags.changed', payload: {} }
const collectionsChanged: StudioEvent = { name: 'collections.changed', payload: {} }
const failure = (code: string) => expect.objectContaining({ code }) as Error

test('tags are given to many images at once, whatever their case, and go with the last image', async () => {
  const { tags, ids, told, db } = open()
  await tags.addToImages({ imageIds: [ids[0], ids[1], ids[0]], names: ['Sea', 'sea', 'Dawn'] })
  await tags.addToImages({ imageIds: ids, names: ['SEA'] })
  const [dawn, sea] = await tags.list({})
  expect([dawn, sea]).toMatchObject([
    { name: 'Dawn', imageCount: 2 },
    { name: 'Sea', imageCount: 3 },
  ])
  expect(told()).toEqual([changed([ids[0], ids[1], ids[0]]), tagsChanged, changed(ids), tagsChanged])

  await tags.removeFromImages({ imageIds: ids, tagIds: [dawn.id] })
  expect(await tags.list({})).toEqual([sea])
  expect(db.read.tags.ofImage(ids[0])).toEqual([{ id: sea.id, name: 'Sea' }])
  expect(told()).toEqual([changed(ids), tagsChanged])
})

test('a tag is renamed and removed', async () => {
  const { tags, ids, told, db } = open()
  await tags.addToImages({ imageIds: [ids[2]], names: ['a', 'b'] })
  const [a, b] = await tags.list({})
  told()
  await tags.rename({ id: a.id, name: 'A!' })
  expect(db.read.tags.ofImage(ids[2])).toEqual([
    { id: a.id, name: 'A!' },
    { id: b.id, name: 'b' },
  ])
  // only the spelling
  await tags.rename({ id: b.id, name: 'B' })
  expect(told()).toEqual([tagsChanged, tagsChanged])
  expect(() => tags.rename({ id: a.id, name: 'b' })).toThrow(failure('name-taken'))
  await tags.remove({ id: b.id })
  expect(await tags.list({})).toEqual([{ id: a.id, name: 'A!', imageCount: 1 }])
  expect(told()).toEqual([changed([ids[2]]), tagsChanged])
})

test('what is unknown is refused, and nothing is changed or told', async () => {
  const { tags, collections, ids, told } = open()
  await tags.addToImages({ imageIds: ids, names: ['kept'] })
  const [{ id: tagId }] = await tags.list({})
  const { id } = await collections.create({ name: 'Best' })
  const before = [await tags.list({}), await collections.list({})]
  told()
  const unknown = [ids[0], 5]
  for (const attempt of [
    () => tags.addToImages({ imageIds: unknown, names: ['new'] }),
    () => tags.removeFromImages({ imageIds: unknown, tagIds: [tagId] }),
    () => tags.removeFromImages({ imageIds: ids, tagIds: [tagId, tagId + 1] }),
    () => tags.rename({ id: tagId + 1, name: 'x' }),
    () => tags.remove({ id: tagId + 1 }),
    () => collections.addImages({ id, imageIds: unknown }),
    () => collections.addImages({ id: id + 1, imageIds: ids }),
    () => collections.removeImages({ id, imageIds: unknown }),
    () => collections.removeImages({ id: id + 1, imageIds: ids }),
    () => collections.rename({ id: id + 1, name: 'Best' }),
    () => collections.remove({ id: id + 1 }),
  ]) {
    expect(attempt).toThrow(failure('not-found'))
  }
  expect([await tags.list({}), await collections.list({})]).toEqual(before)
  expect(told()).toEqual([])
})

test('collections hold images; the images stay when one goes', async () => {
  const { collections, ids, told, db } = open()
  const best = await collections.create({ name: 'Best' })
  expect(best).toEqual({ id: best.id, name: 'Best', createdAtMs: expect.any(Number) as number, imageCount: 0 })
  expect(() => collections.create({ name: 'BEST' })).toThrow(failure('name-taken'))
  await collections.addImages({ id: best.id, imageIds: ids })
  await collections.removeImages({ id: best.id, imageIds: [ids[1]] })
  await collections.rename({ id: best.id, name: 'The best' })
  expect(await collections.list({})).toEqual([{ ...best, name: 'The best', imageCount: 2 }])
  expect(db.read.collections.ofImage(ids[0])).toEqual([{ id: best.id, name: 'The best' }])
  expect(told()).toEqual([
    collectionsChanged,
    changed(ids),
    collectionsChanged,
    changed([ids[1]]),
    collectionsChanged,
    collectionsChanged,
  ])
  await collections.remove({ id: best.id })
  expect(told()).toEqual([changed([ids[0], ids[2]]), collectionsChanged])
  expect([await collections.list({}), db.read.history.count()]).toEqual([[], 3])
})

test('more images than a message may have are told in parts', async () => {
  const { tags, ids, told, db } = open({ imageCount: 10_001 })
  db.transaction((write) => write.tags.giveAll(ids, ['all']))
  await tags.remove({ id: db.read.tags.list()[0].id })
  const parts = told().flatMap(({ name, payload }) => (name === 'images.changed' ? [payload.ids] : []))
  expect(parts.map((part) => part.length)).toEqual([10_000, 1])
  expect(parts.flat()).toEqual(ids)
})
