import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ImageSettings } from '#shared/generation.ts'
import type { ImageRecord } from '#shared/history.ts'
import type { NewJobItem } from '../../db/job-record.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { cleanUp, openTemporary, sampleImage, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { ImageStore } from '../images/image-store.ts'
import { InputStore } from '../images/input-store.ts'
import { sampleMade } from '../images/testing/sample-made.ts'
import { checkDataFolder } from './check-data-folder.ts'

let dataDir: string
let db: StudioDatabase
let store: ImageStore
beforeEach(() => {
  dataDir = temporaryFolder()
  db = openTemporary({ dataDir })
  store = new ImageStore({ db, dataDir })
})
afterEach(cleanUp)

const check = async (): Promise<string[]> => (await checkDataFolder({ db, dataDir })).notes
const day = { name: '12-0003', dayMs: Date.UTC(2026, 10, 21) }
const save = (changes: Partial<ImageSettings> = {}, name = day.name): Promise<ImageRecord> =>
  store.save(sampleMade(changes), { ...day, name })
/** As if the commit had never come, or a backup of before had been restored. */
const forget = (image: ImageRecord): void => {
  db.transaction((write) => {
    write.images.remove(image.id)
  })
}
const addJob = (items: Partial<NewJobItem>[] = [{}], request = {}): number =>
  db.transaction((write) =>
    write.jobs.add(
      { kind: 'text-to-image', modelDir: '/m', ...request },
      items.map((item) => ({ prompt: 'mountains at sunset', negativePrompt: '', seed: 7n, ...item })),
      1000,
    ),
  )
const pathOf = (name: string): string => join(dataDir, name)

test('a folder in order gives no notes, and nothing changes', async () => {
  const image = await save()
  expect(await check()).toEqual([])
  expect(db.read.images.get(image.id)).toEqual(image)
})

test('an empty folder as well', async () => {
  expect(await check()).toEqual([])
})

describe('killed between the rename and the commit', () => {
  test('the image is kept and its item done, by the next process', async () => {
    addJob([{ seed: 2n ** 64n - 1n, prompt: 'café 山' }, {}], { numInferenceSteps: 20 })
    db.close()
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('testing/save-and-stop.ts', import.meta.url)), dataDir],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    await once(child.stdout, 'data')
    const [name] = readdirSync(pathOf('images')).flatMap((folder) => readdirSync(pathOf(`images/${folder}`)))
    expect(name).toBe('1-0000-18446744073709551615.png')
    child.kill('SIGKILL')
    await once(child, 'close')

    db = openTemporary({ dataDir })
    expect(db.read.history.count()).toBe(0)
    expect(db.read.jobItems.running()).toHaveLength(1)
    expect(await check()).toEqual([
      '1 image finished just before the studio ended, and kept: "images/1970-01-01/1-0000-18446744073709551615.png"',
    ])
    const [image] = db.read.history.page().images
    expect(image).toMatchObject({ prompt: 'café 山', seed: 2n ** 64n - 1n, threadCount: 0, durationMs: 0 })
    const { pixels } = await new ImageStore({ db, dataDir }).readPixels(image.id)
    expect(createHash('sha256').update(pixels).digest('hex')).toBe(image.pixelHash)
    expect(db.read.jobItems.ofJob(1, 2).map(({ state, imageId }) => [state, imageId])).toEqual([
      ['done', image.id],
      ['queued', null],
    ])
    expect(readdirSync(pathOf('temporary'))).toEqual([])
    expect(await check()).toEqual([])
    expect(db.read.history.count()).toBe(1)
  })

  test('what was being written is removed, what is not finished waits again', async () => {
    addJob([{}, {}])
    const [first, second] = db.read.jobItems.ofJob(1, 2)
    db.transaction((write) => {
      write.jobItems.start(first.id, 1)
      write.jobItems.start(second.id, 1)
    })
    mkdirSync(pathOf('temporary/folder'), { recursive: true })
    writeFileSync(pathOf('temporary/half.tmp'), 'half')
    expect(await check()).toEqual([])
    expect(db.read.jobItems.ofJob(1, 2).map(({ state }) => state)).toEqual(['queued', 'queued'])
    expect(readdirSync(pathOf('temporary'))).toEqual([])
  })

  test('items of a job that was cancelled meanwhile are cancelled, not kept waiting for ever', async () => {
    addJob([{}])
    const [item] = db.read.jobItems.ofJob(1, 1)
    db.transaction((write) => {
      write.jobItems.start(item.id, 1)
      write.jobs.cancel(1, 2)
    })
    await check()
    expect(db.read.jobItems.get(item.id).state).toBe('cancelled')
  })
})

describe('an image file without a row', () => {
  test('comes back into the history as it was, with the time of its file', async () => {
    const image = await save({ prompt: 'café 山', negativePrompt: 'blur', seed: 2n ** 63n })
    forget(image)
    utimesSync(pathOf(image.fileName), 1_700_000_000, 1_700_000_000.123)
    mkdirSync(pathOf('thumbnails'))
    writeFileSync(pathOf(`thumbnails/${1_700_000_000_123 * 1024}-256.webp`), 'of an image that is forgotten')
    expect(await check()).toEqual([`1 image put back into the history from files: "${image.fileName}"`])
    const [back] = db.read.history.page().images
    expect(back).toEqual({ ...image, id: back.id, createdAtMs: 1_700_000_000_123, threadCount: 0, durationMs: 0 })
    expect(readdirSync(pathOf('thumbnails'))).toEqual([])
    expect(await check()).toEqual([])
  })

  test('a time in the future is not believed', async () => {
    const image = await save()
    forget(image)
    utimesSync(pathOf(image.fileName), 9e9, 9e9)
    await check()
    expect(db.read.history.page().images[0].createdAtMs).toBeLessThanOrEqual(Date.now())
  })

  test.each([
    ['another prompt', { prompt: 'other' }, {}],
    ['another negative prompt', { negativePrompt: 'other' }, {}],
    ['another seed', { seed: 8n }, {}],
    ['a request for other steps', {}, { numInferenceSteps: 21 }],
    ['another kind', {}, { kind: 'image-to-image' }],
  ])('finishes no item with %s', async (_name, item, request) => {
    addJob([item], request)
    forget(await save({}, '1-0000'))
    await check()
    expect(db.read.history.count()).toBe(1)
    expect(db.read.jobItems.ofJob(1, 1)[0].state).toBe('queued')
  })

  test('finishes its item once; a second file of that name is one more image', async () => {
    addJob()
    for (const image of [await save({}, '1-0000'), await save({}, '1-0000')]) forget(image)
    await check()
    expect(db.read.history.count()).toBe(2)
    expect(db.read.jobItems.ofJob(1, 1)[0].state).toBe('done')
  })

  test('a picture that a reproduction made is no image of its item', async () => {
    const image = await save()
    addJob([{ reproducesImageId: image.id }])
    forget(await save({}, '1-0000'))
    await check()
    expect(db.read.jobItems.ofJob(1, 1)[0].state).toBe('queued')
  })

  test('with an input comes back after the input, and not without it', async () => {
    const inputs = new InputStore({ db, dataDir })
    const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    const input = await inputs.add(bytes)
    const image = await save({ kind: 'image-to-image', strength: 0.5, inputImageHash: input.hash })
    forget(image)
    db.transaction((write) => write.inputs.removeIfUnused(input.hash))
    renameSync(pathOf(input.fileName), pathOf('away.png'))
    expect(await check()).toEqual([
      `1 image not in the history, because their input image is not known: "${image.fileName}"`,
    ])
    renameSync(pathOf('away.png'), pathOf(input.fileName))
    expect(await check()).toEqual([
      `1 input image found in the data folder, and known again: "${input.fileName}"`,
      `1 image put back into the history from files: "${image.fileName}"`,
    ])
    expect(db.read.history.page().images[0]).toMatchObject({ inputImageHash: input.hash, strength: 0.5 })
  })

  test('that somebody moved or renamed is the same image, with its marks', async () => {
    const image = await save()
    db.transaction((write) => {
      write.images.setFavourite(image.id, true)
    })
    renameSync(pathOf('images/2026-11-21'), pathOf('images/best'))
    const notes = await check()
    expect(notes).toContain('1 image moved within the data folder, and found again: "images/best/12-0003-7.png"')
    expect(db.read.history.page().images).toEqual([
      { ...image, favourite: true, fileName: 'images/best/12-0003-7.png', isMissing: false },
    ])
    expect((await store.readPixels(image.id)).widthPx).toBe(40)
  })

  test('that is damaged or no image is left alone and named; of one that lies, only its pixels are believed', async () => {
    const [cut, flipped, lying] = [await save(), await save(), await save()]
    for (const image of [cut, flipped, lying]) forget(image)
    const bytes = readFileSync(pathOf(cut.fileName))
    writeFileSync(pathOf(cut.fileName), bytes.subarray(0, -8))
    const idat = bytes.indexOf('IDAT') + 12
    writeFileSync(pathOf(flipped.fileName), Buffer.from(bytes).fill(0x55, idat, idat + 6))
    // settings of another size than the picture
    const other = await save({ widthPx: 64 })
    forget(other)
    const otherBytes = readFileSync(pathOf(other.fileName))
    rmSync(pathOf(other.fileName))
    const headEnd = 33
    writeFileSync(
      pathOf(lying.fileName),
      Buffer.concat([
        bytes.subarray(0, headEnd),
        otherBytes.subarray(headEnd, otherBytes.indexOf('IDAT') - 4),
        bytes.subarray(bytes.indexOf('IDAT') - 4),
      ]),
    )
    const foreign = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    writeFileSync(pathOf('images/holiday.png'), foreign)
    writeFileSync(pathOf('images/Thumbs.db'), 'x')
    writeFileSync(pathOf('images/empty.png'), '')
    writeFileSync(pathOf('images/\u001b[2J\\..\\x.png'), '')
    const before = readdirSync(pathOf('images'), { recursive: true })
    const notes = await check()
    expect(notes).toEqual([
      `2 images put back into the history from files: "${lying.fileName}", "images/holiday.png"`,
      expect.stringMatching(/^2 image files damaged, and left alone: /),
      expect.stringMatching(/^3 files among the images that the history does not keep, and left alone: /),
    ])
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(notes.join('')).not.toMatch(/[\u0000-\u001f]/)
    const back = db.read.history.page({ sort: 'oldest' }).images
    expect(back.map(({ origin }) => origin).sort()).toEqual(['reprise-copy', 'unknown'])
    expect(readdirSync(pathOf('images'), { recursive: true })).toEqual(before)
  })

  test('behind a link is not looked at', async () => {
    const outside = temporaryFolder()
    forget(await save())
    cpSync(pathOf('images/2026-11-21'), outside, { recursive: true })
    rmSync(pathOf('images/2026-11-21'), { recursive: true })
    symlinkSync(outside, pathOf('images/linked'))
    expect(await check()).toEqual([])
    expect(db.read.history.count()).toBe(0)
  })
})

describe('a row without its file', () => {
  test('is marked and named; and no more when the file is there again', async () => {
    const images = [await save(), await save(), await save(), await save()]
    renameSync(pathOf('images'), pathOf('elsewhere'))
    expect(await check()).toEqual([
      expect.stringMatching(/^4 images of the history without a file; .*: "images.*", ".*", ".*" and 1 more$/),
    ])
    expect(images.map(({ id }) => db.read.images.get(id).isMissing)).toEqual([true, true, true, true])
    expect(await check()).toEqual([])
    renameSync(pathOf('elsewhere'), pathOf('images'))
    expect(await check()).toEqual([expect.stringMatching(/^4 images that had lost the file and have it again: /)])
    expect(images.map(({ id }) => db.read.images.get(id))).toEqual(images)
  })

  test.each(['../outside.png', '/etc/hostname', 'reprise.sqlite'])('%s is not where images are', async (fileName) => {
    const id = db.transaction((write) => write.images.add(sampleImage({ fileName })))
    expect(await check()).toHaveLength(1)
    expect(db.read.images.get(id).isMissing).toBe(true)
  })
})

describe('inputs', () => {
  test('wrong ones are left alone, missing ones are named', async () => {
    const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    const { hash, fileName } = await new InputStore({ db, dataDir }).add(bytes)
    rmSync(pathOf(fileName))
    const text = createHash('sha256').update('text').digest('hex')
    const wrong = [`inputs/${'a'.repeat(64)}.png`, `inputs/${text}.png`, 'inputs/readme.txt']
    writeFileSync(pathOf(wrong[0]), bytes)
    writeFileSync(pathOf(wrong[1]), 'text')
    writeFileSync(pathOf(wrong[2]), 'text')
    expect(await check()).toEqual([
      expect.stringMatching(/^3 files among the input images not what their names say/),
      `1 input image without a file: add the same again, so that what was made from them can be made again: "${fileName}"`,
    ])
    expect(db.read.inputs.after('', 10).map((input) => input.hash)).toEqual([hash])
    expect(wrong.every((name) => existsSync(pathOf(name)))).toBe(true)
  })
})

describe('removing that a crash interrupted', () => {
  test('is finished: what was thrown away does not come back', async () => {
    const [gone, kept] = [await save(), await save()]
    const transaction = db.transaction.bind(db)
    vi.spyOn(db, 'transaction').mockImplementationOnce((work) => {
      transaction(work)
      throw new Error('killed here')
    })
    await expect(store.remove([gone.id])).rejects.toThrow('killed here')
    expect(existsSync(pathOf(gone.fileName))).toBe(true)
    expect(await check()).toEqual([])
    expect(existsSync(pathOf(gone.fileName))).toBe(false)
    expect(db.read.history.page().images).toEqual([kept])
    expect(readdirSync(pathOf('temporary'))).toEqual([])
  })

  test('deletes nothing that has a row, and nothing else than images', async () => {
    const kept = await save()
    mkdirSync(pathOf('temporary'), { recursive: true })
    const names = [kept.fileName, '../outside.png', 'reprise.sqlite', 'images/../reprise.sqlite']
    writeFileSync(pathOf('temporary/removal-1.json'), JSON.stringify(names))
    writeFileSync(pathOf('temporary/removal-2.json'), '["images/2026')
    writeFileSync(pathOf('temporary/removal-3.json'), '{"images": 1}')
    expect(await check()).toEqual([])
    expect((await store.fileOf(kept.id)).image).toEqual(kept)
    expect(existsSync(pathOf('reprise.sqlite'))).toBe(true)
  })
})

test('a temporary folder that is a link is not emptied', async () => {
  const outside = temporaryFolder()
  writeFileSync(join(outside, 'precious'), 'x')
  symlinkSync(outside, pathOf('temporary'))
  await check()
  expect(existsSync(join(outside, 'precious'))).toBe(true)
})
