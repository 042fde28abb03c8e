import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { cleanUp, openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { ImageStore } from './image-store.ts'
import { sampleMade } from './testing/sample-made.ts'
import { Thumbnails } from './thumbnails.ts'

let dataDir: string
let db: StudioDatabase
let store: ImageStore
let thumbnails: Thumbnails
beforeEach(() => {
  dataDir = temporaryFolder()
  db = openTemporary({ dataDir })
  store = new ImageStore({ db, dataDir })
  thumbnails = new Thumbnails({ db, store, dataDir })
})
afterEach(cleanUp)

const save = async (widthPx: number, heightPx: number): Promise<number> =>
  (await store.save(sampleMade({ widthPx, heightPx }), { name: '1-0000', dayMs: 0 })).id

test.each([
  [800, 400, 256, [256, 128]],
  [800, 400, 512, [512, 256]],
  [300, 600, 512, [256, 512]],
  [40, 24, 256, [40, 24]],
] as const)('%d × %d in %d', async (widthPx, heightPx, sizePx, expected) => {
  const path = await thumbnails.fileOf(await save(widthPx, heightPx), sizePx)
  const { format, width, height } = await sharp(path).metadata()
  expect([format, width, height]).toEqual(['webp', ...expected])
  expect(readdirSync(join(dataDir, 'temporary'))).toEqual([])
})

test('is made once, however many ask; and again when it was deleted', async () => {
  const id = await save(800, 400)
  const fileOf = vi.spyOn(store, 'fileOf')
  const paths = await Promise.all(Array.from({ length: 10 }, () => thumbnails.fileOf(id, 256)))
  expect(new Set(paths).size).toBe(1)
  await thumbnails.fileOf(id, 256)
  expect(fileOf).toHaveBeenCalledTimes(1)
  rmSync(join(dataDir, 'thumbnails'), { recursive: true })
  await thumbnails.fileOf(id, 256)
  expect(fileOf).toHaveBeenCalledTimes(2)
})

test('two are made at a time, the latest asked for first, and a failure does not hold up the others', async () => {
  const ids = [await save(64, 64), await save(64, 64), await save(64, 64), await save(64, 64)]
  rmSync((await store.fileOf(ids[0])).path)
  const begun: number[] = []
  let running = 0
  let most = 0
  const slow = new Thumbnails({
    db,
    dataDir,
    store: {
      fileOf: async (id) => {
        begun.push(id)
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        running--
        return store.fileOf(id)
      },
    },
  })
  const results = await Promise.allSettled(ids.map((id) => slow.fileOf(id, 256)))
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
  expect(most).toBe(2)
  expect(begun).toEqual([ids[0], ids[1], ids[3], ids[2]])
})

test('of an image that is removed meanwhile nothing stays behind', async () => {
  const id = await save(800, 400)
  const { path, image } = await store.fileOf(id)
  const bytes = readFileSync(path)
  const late = new Thumbnails({
    db,
    dataDir,
    store: {
      fileOf: async () => {
        await store.remove([id])
        // read before it was deleted
        writeFileSync(path, bytes)
        return { path, image }
      },
    },
  })
  await expect(late.fileOf(id, 256)).rejects.toMatchObject({ code: 'not-found' })
  expect(readdirSync(join(dataDir, 'thumbnails'))).toEqual([])
})

test('says what is wrong with the image', async () => {
  await expect(thumbnails.fileOf(99, 256)).rejects.toMatchObject({ code: 'not-found' })
  const id = await save(64, 64)
  const { path } = await store.fileOf(id)
  writeFileSync(path, 'no image')
  await expect(thumbnails.fileOf(id, 256)).rejects.toMatchObject({ code: 'image-invalid' })
  await sharp({ create: { width: 3000, height: 3000, channels: 3, background: 'red' } })
    .png()
    .toFile(path)
  await expect(thumbnails.fileOf(id, 256)).rejects.toMatchObject({ code: 'image-invalid' })
  rmSync(path)
  await expect(thumbnails.fileOf(id, 256)).rejects.toMatchObject({ code: 'image-file-missing' })
})

test('a link that somebody put in its place is replaced, not followed', async () => {
  const outside = join(temporaryFolder(), 'secret')
  writeFileSync(outside, 'secret')
  const id = await save(64, 64)
  mkdirSync(join(dataDir, 'thumbnails'))
  symlinkSync(outside, join(dataDir, `thumbnails/${id}-256.webp`))
  expect((await sharp(await thumbnails.fileOf(id, 256)).metadata()).format).toBe('webp')
  expect(readFileSync(outside, 'utf8')).toBe('secret')
})
