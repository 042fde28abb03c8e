/** Pages of the history, compared with a list that is filtered and sorted in memory. */
import { afterEach, describe, expect, test } from 'vitest'
import { HistoryRequestSchema, type HistoryFilter, type HistorySort, type ImageRecord } from '#shared/history.ts'
import { FOREIGN_ORIGINS, SCHEDULERS } from '#shared/names.ts'
import type { NewForeignImage } from './images-writer.ts'
import { cleanUp, openTemporary, sampleForeign, sampleImage } from './testing/studio-folder.ts'
import type { StudioDatabase } from './studio-database.ts'

afterEach(cleanUp)

const START_MS = Date.UTC(2026, 0, 1)
const WORDS = ['red house', 'blue house', 'Café at night', 'castle, "moonlight"', 'lighthouse 山']

interface Sample {
  db: StudioDatabase
  all: ImageRecord[]
  tagsOf: Map<number, Set<number>>
  collectionOf: Set<number>
  tagIds: number[]
  collectionId: number
}

/** 240 images over 60 days; several share a millisecond, two seeds are beyond 2^63; one in four was not made here. */
function sample(): Sample {
  const db = openTemporary()
  const tagsOf = new Map<number, Set<number>>()
  const collectionOf = new Set<number>()
  let collectionId = 0
  const tagIds = new Set<number>()
  db.transaction((write) => {
    collectionId = write.collections.create('Best', START_MS)
    for (let n = 0; n < 240; n++) {
      const common = {
        prompt: `${WORDS[n % 5]} ${n % 7 === 0 ? 'variant' : ''}`,
        seed: n % 50 === 0 ? 2n ** 63n + BigInt(n) : BigInt(n % 40) * 1_000_000_007n,
        scheduler: SCHEDULERS[n % SCHEDULERS.length],
        widthPx: n % 6 === 0 ? 768 : 512,
        createdAtMs: START_MS + Math.floor(n / 3) * 64_800_000,
      }
      const modelHash = String(n % 4).repeat(64)
      const kind = n % 3 === 0 ? 'image-to-image' : 'text-to-image'
      const id =
        n % 4 === 1
          ? write.images.addForeign(foreignOf(n, common))
          : write.images.add(sampleImage({ ...common, kind, modelHash }))
      write.images.setRating(id, n % 11 < 6 ? n % 11 : 0)
      if (n % 8 === 0) write.images.setFavourite(id, true)
      if (n % 13 === 0) write.images.setTrashed(id, START_MS + n)
      const tags = new Set<number>()
      if (n % 2 === 0) tags.add(write.tags.give(id, 'even'))
      if (n % 5 === 0) tags.add(write.tags.give(id, 'fifth'))
      tags.forEach((tagId) => tagIds.add(tagId))
      tagsOf.set(id, tags)
      if (n % 9 === 0) {
        write.collections.addImages(collectionId, [id])
        collectionOf.add(id)
      }
    }
  })
  const all = [...tagsOf.keys()].map((id) => db.read.images.get(id))
  return { db, all, tagsOf, collectionOf, tagIds: [...tagIds], collectionId }
}

/** Every other one lacks what it can lack. */
function foreignOf(n: number, { createdAtMs, widthPx, ...settings }: Partial<NewForeignImage>): NewForeignImage {
  const origin = FOREIGN_ORIGINS[n % FOREIGN_ORIGINS.length]
  return sampleForeign({ origin, createdAtMs, widthPx, ...(n % 8 === 1 ? settings : { prompt: undefined }) })
}

function expected({ all, tagsOf, collectionOf }: Sample, filter: HistoryFilter, sort: HistorySort): number[] {
  const matches = (image: ImageRecord): boolean =>
    (image.trashedAtMs !== undefined) === (filter.trashed ?? false) &&
    (filter.text === undefined || image.prompt?.toLowerCase().includes(filter.text.toLowerCase()) === true) &&
    (filter.origin === undefined ||
      (filter.origin === 'other' ? image.origin !== 'reprise' : image.origin === filter.origin)) &&
    (filter.kind === undefined || (image.origin === 'reprise' && image.kind === filter.kind)) &&
    (filter.modelHash === undefined || image.modelHash === filter.modelHash) &&
    (filter.scheduler === undefined || image.scheduler === filter.scheduler) &&
    (filter.seed === undefined || image.seed === filter.seed) &&
    (filter.seedFrom === undefined || (image.seed !== undefined && image.seed >= filter.seedFrom)) &&
    (filter.seedTo === undefined || (image.seed !== undefined && image.seed <= filter.seedTo)) &&
    (filter.widthPx === undefined || image.widthPx === filter.widthPx) &&
    (filter.heightPx === undefined || image.heightPx === filter.heightPx) &&
    (filter.createdFromMs === undefined || image.createdAtMs >= filter.createdFromMs) &&
    (filter.createdToMs === undefined || image.createdAtMs <= filter.createdToMs) &&
    (filter.minRating === undefined || image.rating >= filter.minRating) &&
    (filter.favourite === undefined || image.favourite === filter.favourite) &&
    (filter.tagIds ?? []).every((tagId) => tagsOf.get(image.id)?.has(tagId)) &&
    (filter.collectionId === undefined || collectionOf.has(image.id))
  const newestFirst = (a: ImageRecord, b: ImageRecord): number => b.id - a.id
  const orders: Record<HistorySort, (a: ImageRecord, b: ImageRecord) => number> = {
    newest: newestFirst,
    oldest: (a, b) => a.id - b.id,
    rating: (a, b) => b.rating - a.rating || newestFirst(a, b),
  }
  return all
    .filter(matches)
    .sort(orders[sort])
    .map((image) => image.id)
}

/** All ids by going forward page by page, checked on the way back. */
function walk(db: StudioDatabase, filter: HistoryFilter, sort: HistorySort, limit: number): number[] {
  const ids: number[] = []
  let page = db.read.history.page({ filter, sort, limit })
  expect(page.before).toBeUndefined()
  for (;;) {
    const here = page.images.map((image) => image.id)
    ids.push(...here)
    if (page.after === undefined) break
    const next = db.read.history.page(HistoryRequestSchema.parse({ filter, sort, limit, after: page.after }))
    const back = db.read.history.page({ filter, sort, limit, before: next.before })
    expect(back.images.map((image) => image.id)).toEqual(here)
    expect(back.before === undefined).toBe(ids.length === here.length)
    page = next
  }
  return ids
}

test('every filter and every order, page by page and back', () => {
  const given = sample()
  const { db, tagIds, collectionId } = given
  const filters: HistoryFilter[] = [
    {},
    { trashed: true },
    { kind: 'image-to-image' },
    { origin: 'reprise' },
    { origin: 'other' },
    { origin: 'comfyui' },
    { origin: 'other', text: 'house', seedFrom: 1n },
    { modelHash: '2'.repeat(64) },
    { scheduler: 'euler', widthPx: 512, heightPx: 512 },
    { seed: 3n * 1_000_000_007n },
    { seed: 2n ** 63n + 50n },
    { seedFrom: 2n ** 63n },
    { seedFrom: 5_000_000_000n, seedTo: 20_000_000_000n, favourite: false },
    { createdFromMs: START_MS + 10 * 64_800_000, createdToMs: START_MS + 40 * 64_800_000 },
    { minRating: 3 },
    { favourite: true },
    { tagIds: tagIds.slice(0, 1) },
    { tagIds },
    { collectionId },
    { collectionId, tagIds, minRating: 1 },
    { text: 'house' },
    { text: 'red', scheduler: 'ddim', tagIds },
    { text: 'variant', seedFrom: 1n, collectionId },
    { text: 'red', seed: 5n * 1_000_000_007n },
    { widthPx: 999 },
  ]
  let found = 0
  for (const filter of filters) {
    for (const sort of ['newest', 'oldest', 'rating'] as const) {
      // the search finds beginnings of words: "house", but not "lighthouse"
      const wanted = expected(given, filter, sort).filter(
        (id) => filter.text !== 'house' || given.db.read.images.get(id).prompt?.includes('lighthouse') !== true,
      )
      expect(walk(db, filter, sort, 7), `${sort}, ${Object.keys(filter).join(' ')}`).toEqual(wanted)
      expect(db.read.history.count(filter)).toBe(wanted.length)
      found += wanted.length
    }
  }
  expect(found).toBeGreaterThan(2000)
})

describe('search', () => {
  const promptsFor = (text: string): string[] => {
    const { db } = sample()
    return [
      ...new Set(
        db.read.history.page({ filter: { text }, limit: 500 }).images.map((image) => image.prompt?.trim() ?? ''),
      ),
    ]
  }

  test('finds beginnings of words, without regard to case and accents', () => {
    expect(promptsFor('CAFE nig').every((prompt) => prompt.startsWith('Café at night'))).toBe(true)
    expect(promptsFor('CAFE nig')).not.toEqual([])
  })

  test('keeps phrases together and leaves out what is not wanted', () => {
    expect(promptsFor('"red house" -variant')).toEqual(['red house'])
    expect(promptsFor('"house red"')).toEqual([])
  })

  test('takes whatever is typed: nothing of it is syntax', () => {
    for (const text of ['"', '*', 'a AND', 'NOT', '(((', 'prompt:red', '^', '-', '" "', "'; DROP TABLE images", '\0']) {
      expect(() => promptsFor(text)).not.toThrow()
    }
    expect(promptsFor('!!!')).toEqual([])
    expect(promptsFor('山')).not.toEqual([])
  })

  test('wants something to look for', () => {
    expect(() => promptsFor('-red')).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error)
  })
})

describe('a jump to a date', () => {
  test('begins there and goes on in both directions', () => {
    const given = sample()
    const ids = expected(given, {}, 'newest')
    const atMs = START_MS + 30 * 64_800_000 + 5
    const page = given.db.read.history.page({ atMs, limit: 10 })
    const at = ids.findIndex((id) => given.db.read.images.get(id).createdAtMs <= atMs)
    expect(page.images.map((image) => image.id)).toEqual(ids.slice(at, at + 10))
    const back = given.db.read.history.page({ before: page.before, limit: 10 })
    expect(back.images.map((image) => image.id)).toEqual(ids.slice(at - 10, at))
  })

  test('includes its own millisecond, in both orders', () => {
    const { db } = sample()
    const atMs = START_MS + 20 * 64_800_000
    for (const sort of ['newest', 'oldest'] as const) {
      expect(db.read.history.page({ sort, atMs, limit: 3 }).images.map((image) => image.createdAtMs)).toContain(atMs)
    }
  })

  test('before all images and behind them says where the others are', () => {
    const { db } = sample()
    const tooEarly = db.read.history.page({ atMs: START_MS - 1000 })
    expect(tooEarly.images).toEqual([])
    expect(db.read.history.page({ before: tooEarly.before, limit: 1 }).images[0].createdAtMs).toBe(START_MS)
    expect(db.read.history.page({ atMs: START_MS * 2 }).before).toBeUndefined()
  })

  test('needs an order by time', () => {
    const { db } = sample()
    const wrong = expect.objectContaining({ code: 'invalid-argument' }) as Error
    expect(() => db.read.history.page({ atMs: 1, sort: 'rating' })).toThrow(wrong)
    expect(() => db.read.history.page({ atMs: 1, after: '0.1' })).toThrow(wrong)
    expect(() => db.read.history.page({ after: 'x' })).toThrow(wrong)
  })
})

test('a cursor outlives the image it names, and new ones do not shift the pages', () => {
  const { db } = sample()
  const first = db.read.history.page({ limit: 5 })
  const second = db.read.history.page({ limit: 5, after: first.after })
  db.transaction((write) => {
    write.images.remove(first.images[4].id)
    write.images.add(sampleImage({ createdAtMs: START_MS * 2 }))
  })
  expect(db.read.history.page({ limit: 5, after: first.after })).toEqual(second)
})
