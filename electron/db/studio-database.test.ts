/** Transactions, images one by one, and the small tables. */
import { afterEach, describe, expect, test } from 'vitest'
import type { ErrorCode } from '#shared/errors.ts'
import type { ImageRecord } from '#shared/history.ts'
import { NO_FACTS } from '#shared/model-summary.ts'
import { IDS_PER_MS } from './image-id.ts'
import type { StudioDatabase, Writers } from './studio-database.ts'
import { cleanUp, openTemporary, sampleImage, sha256 } from './testing/studio-folder.ts'

afterEach(cleanUp)

const error = (code: ErrorCode): Error => expect.objectContaining({ name: 'AppError', code }) as Error
const addImage = (db: StudioDatabase, changes: Parameters<typeof sampleImage>[0] = {}): number =>
  db.transaction((write) => write.images.add(sampleImage(changes)))

describe('a transaction', () => {
  test('is all or nothing', () => {
    const db = openTemporary()
    expect(() =>
      db.transaction((write) => {
        write.settings.set('a', 1, 1)
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(db.read.settings.all()).toEqual({})
  })

  test('takes its writers back', () => {
    const db = openTemporary()
    let kept: Writers | undefined
    db.transaction((write) => {
      kept = write
    })
    expect(() => kept?.settings.set('a', 1, 1)).toThrow(error('internal'))
    expect(db.read.settings.all()).toEqual({})
  })

  test('has no other inside, and waits for nothing', () => {
    const saveAndWait = (write: Writers): Promise<void> => {
      write.settings.set('a', 1, 1)
      return Promise.resolve()
    }
    const db = openTemporary()
    expect(() => db.transaction(() => db.transaction(() => 1))).toThrow(error('internal'))
    expect(() => db.transaction(saveAndWait)).toThrow(error('internal'))
    expect(db.read.settings.all()).toEqual({})
  })
})

describe('an image', () => {
  test('comes back with every field as it was given', () => {
    const db = openTemporary()
    const hash = sha256('input')
    const mask = sha256('mask')
    const given = sampleImage({
      kind: 'image-to-image',
      prompt: 'a "castle": moat\n山 😀',
      negativePrompt: 'blur',
      seed: 2n ** 64n - 1n,
      guidanceScale: 0.1 + 0.2,
      strength: 1 / 3,
      resizeMode: 'crop',
      inputImageHash: hash,
      maskHash: mask,
      createdAtMs: 1_790_000_000_123,
    })
    const input = { sizeBytes: 1, widthPx: 1, heightPx: 1, createdAtMs: 1 }
    const id = db.transaction((write) => {
      write.inputs.add({ ...input, hash, fileName: 'inputs/a' })
      write.inputs.add({ ...input, hash: mask, fileName: 'inputs/b' })
      return write.images.add(given)
    })
    const wanted: ImageRecord = { ...given, origin: 'reprise', id, favourite: false, isMissing: false, rating: 0 }
    expect(db.read.images.get(id)).toEqual(wanted)
    expect(db.read.images.findByFileName(given.fileName)).toEqual(wanted)
    expect(db.read.images.findByPixelHash(given.pixelHash)).toEqual([wanted])
    expect(db.read.history.page().images).toEqual([wanted])
    expect(db.transaction((write) => write.inputs.removeIfUnused(mask))).toBe(false)
  })

  test('fields it was made without are absent, not empty', () => {
    const db = openTemporary()
    expect(Object.keys(db.read.images.get(addImage(db)))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/strength|resizeMode|inputImageHash|maskHash|trashedAtMs/)]),
    )
  })

  test('has an id of its own in a full millisecond and under a clock that jumps back', () => {
    const db = openTemporary()
    const createdAtMs = 1_700_000_000_000
    const ids = db.transaction((write) =>
      Array.from({ length: IDS_PER_MS + 2 }, () => write.images.add(sampleImage({ createdAtMs }))),
    )
    expect(new Set(ids).size).toBe(IDS_PER_MS + 2)
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
    expect(db.read.images.get(ids[IDS_PER_MS]).createdAtMs).toBe(createdAtMs + 1)
    expect(addImage(db, { createdAtMs: createdAtMs - 1 })).toBeLessThan(ids[0])
  })

  test('is rated, liked, put into the trash and taken out', () => {
    const db = openTemporary()
    const id = addImage(db)
    db.transaction((write) => {
      write.images.setFavourite(id, true)
      write.images.setRating(id, 5)
      write.images.setTrashed(id, 99)
    })
    expect(db.read.images.get(id)).toMatchObject({ favourite: true, rating: 5, trashedAtMs: 99 })
    expect(db.read.images.trashedBefore(100, 5).map((file) => file.id)).toEqual([id])
    expect(db.read.images.trashedBefore(99, 5)).toEqual([])
    expect(db.read.history.count()).toBe(0)
    db.transaction((write) => {
      write.images.setTrashed(id, null)
    })
    expect([db.read.history.count(), db.read.images.get(id).trashedAtMs]).toEqual([1, undefined])
    expect(() => {
      db.transaction((write) => {
        write.images.setRating(id, 6)
      })
    }).toThrow(error('internal'))
    expect(() => {
      db.transaction((write) => {
        write.images.setRating(id + 1, 1)
      })
    }).toThrow(error('not-found'))
  })

  test('leaves nothing of itself when it is removed: prompt, search, tags, verdicts', () => {
    const db = openTemporary()
    const [id, other] = [addImage(db, { prompt: 'my secret' }), addImage(db, { prompt: 'not mine' })]
    db.transaction((write) => {
      write.tags.give(id, 'tag')
      write.verdicts.add(verdictOf(id))
      write.images.remove(id)
    })
    expect(db.read.images.find(id)).toBeUndefined()
    expect(db.read.history.count({ text: 'secret' })).toBe(0)
    expect(db.read.prompts.recent(10)).toEqual(['not mine'])
    expect([db.read.verdicts.ofImage(id), db.read.tags.list()[0].imageCount]).toEqual([[], 0])
    expect(db.read.images.filesAfter(0, 10).map((file) => file.id)).toEqual([other])
    db.checkIntegrity()
  })
})

const verdictOf = (imageId: number) => ({
  imageId,
  createdAtMs: 5,
  outcome: 'different' as const,
  pixelHash: sha256('other'),
  differingPixels: 3,
  maxDifference: 1,
  meanDifference: 0.25,
  differenceFileName: 'differences/1.png',
  durationMs: 10,
  message: 'another runtime',
})

test('verdicts stand beside their image, the latest first', () => {
  const db = openTemporary()
  const id = addImage(db)
  const environment = db.read.images.getOwn(id)
  const [first, second] = db.transaction((write) => [
    write.verdicts.add(verdictOf(id)),
    write.verdicts.add({ ...verdictOf(id), environment }),
  ])
  expect(db.read.verdicts.ofImage(id)).toEqual([
    { id: second, ...verdictOf(id), psnrDb: null, fileState: null },
    { id: first, ...verdictOf(id), psnrDb: null, fileState: null },
  ])
})

test('equal prompts are kept once; the latest come first', () => {
  const db = openTemporary()
  for (const prompt of ['b', 'a', 'b', 'c', 'a']) addImage(db, { prompt })
  expect(db.read.prompts.recent(2)).toEqual(['a', 'c'])
  expect(db.read.prompts.recent(9)).toEqual(['a', 'c', 'b'])
})

test('tags have one spelling and end with their last image', () => {
  const db = openTemporary()
  const id = addImage(db)
  const [tag, same] = db.transaction((write) => [write.tags.give(id, 'Landscape'), write.tags.give(id, 'landscape')])
  expect(same).toBe(tag)
  expect([db.read.tags.ofImage(id), db.read.tags.list()]).toEqual([
    [{ id: tag, name: 'Landscape' }],
    [{ id: tag, name: 'Landscape', imageCount: 1 }],
  ])
  expect(() => db.transaction((write) => write.tags.give(id + 1, 'new'))).toThrow(error('not-found'))
  db.transaction((write) => {
    write.tags.takeAll([id], [tag])
  })
  expect(db.read.tags.list()).toEqual([])
})

test('collections hold images, have names of their own, and go without them', () => {
  const db = openTemporary()
  const image = addImage(db)
  const [best, other] = db.transaction((write) => [
    write.collections.create('Best', 1),
    write.collections.create('X', 2),
  ])
  db.transaction((write) => {
    write.collections.addImages(best, [image, image])
    write.collections.rename(other, 'All')
  })
  expect(db.read.collections.list()).toEqual([
    { id: other, name: 'All', createdAtMs: 2, imageCount: 0 },
    { id: best, name: 'Best', createdAtMs: 1, imageCount: 1 },
  ])
  expect(() => db.transaction((write) => write.collections.create('BEST', 1))).toThrow(error('name-taken'))
  const addTo = (id: number, imageId: number) => () => {
    db.transaction((write) => {
      write.collections.addImages(id, [imageId])
    })
  }
  expect(addTo(best, image + 1)).toThrow(error('not-found'))
  expect(addTo(best + other, image)).toThrow(error('not-found'))
  db.transaction((write) => {
    write.collections.removeImages(best, [image])
    write.collections.remove(other)
  })
  expect(db.read.collections.list()).toMatchObject([{ name: 'Best', imageCount: 0 }])
})

test('presets keep settings under a name', () => {
  const db = openTemporary()
  const id = db.transaction((write) => write.presets.create('fast', { numInferenceSteps: 4 }, 1))
  db.transaction((write) => {
    write.presets.update(id, 'Faster', { numInferenceSteps: 2 }, 2)
  })
  const wanted = { id, name: 'Faster', settings: { numInferenceSteps: 2 }, createdAtMs: 1, updatedAtMs: 2 }
  expect([db.read.presets.get(id), db.read.presets.list()]).toEqual([wanted, [wanted]])
  expect(() => db.transaction((write) => write.presets.create('faster', {}, 1))).toThrow(error('name-taken'))
  db.transaction((write) => {
    write.presets.remove(id)
  })
  expect(() => db.read.presets.get(id)).toThrow(error('not-found'))
})

test('settings are set, changed and unset', () => {
  const db = openTemporary()
  db.transaction((write) => {
    write.settings.set('theme', 'dark', 1)
    write.settings.set('theme', 'light', 2)
    write.settings.set('folders', ['/a'], 2)
  })
  expect([db.read.settings.get('theme'), db.read.settings.all()]).toEqual([
    'light',
    { theme: 'light', folders: ['/a'] },
  ])
  db.transaction((write) => {
    write.settings.unset('theme')
  })
  expect(db.read.settings.get('theme')).toBeUndefined()
})

test('a model keeps its row when it is looked at again, and a usable copy is preferred', () => {
  const db = openTemporary()
  const facts = { ...NO_FACTS, sizeMultiplePx: 8 }
  const seen = { sizeBytes: 1, seenAtMs: 1, problem: null, facts }
  const model = { path: '/a', name: 'sd', architecture: 'sd1', hash: 'h', ...seen }
  const [first, again, copy] = db.transaction((write) => [
    write.models.save(model),
    write.models.save({ ...model, problem: 'gone', seenAtMs: 2 }),
    write.models.save({ ...model, path: '/b' }),
  ])
  expect(again).toBe(first)
  expect(db.read.models.findByPath('/a')).toEqual({ ...model, id: first, problem: 'gone', seenAtMs: 2 })
  expect(db.read.models.findByHash('h')?.id).toBe(copy)
  db.transaction((write) => {
    write.models.remove(first)
  })
  expect(db.read.models.list().map(({ id }) => id)).toEqual([copy])
})
