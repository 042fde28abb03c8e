import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { cleanUp, openTemporary, sampleImage, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { ImageStore } from './image-store.ts'
import { readImageSettings } from './read-image-settings.ts'
import { sampleMade } from './testing/sample-made.ts'

let dataDir: string
let db: StudioDatabase
let store: ImageStore
beforeEach(() => {
  dataDir = temporaryFolder()
  db = openTemporary({ dataDir })
  store = new ImageStore({ db, dataDir })
})
afterEach(() => {
  vi.restoreAllMocks()
  cleanUp()
})

const place = { name: '12-0003', dayMs: Date.UTC(2026, 10, 21, 23, 59) }
const files = (folder: string): string[] => {
  const dir = join(dataDir, folder)
  return existsSync(dir) ? readdirSync(dir).sort() : []
}
/** What is on disk of images, whole or not, besides rows. */
const leftovers = (): string[] => [...files('images/2026-11-21'), ...files('temporary')]

describe('save', () => {
  test('a file with its settings and its row, in the folder of the day', async () => {
    const made = sampleMade({ seed: 2n ** 64n - 1n })
    const image = await store.save(made, place)
    expect(image).toMatchObject({
      ...made.settings,
      fileName: 'images/2026-11-21/12-0003-18446744073709551615.png',
      pixelHash: made.pixelHash,
      threadCount: 2,
      durationMs: 1235,
    })
    const { path } = await store.fileOf(image.id)
    expect(statSync(path).size).toBe(image.fileSizeBytes)
    expect(await readImageSettings(path)).toEqual(made.settings)
    const { pixels } = await store.readPixels(image.id)
    expect(createHash('sha256').update(pixels).digest('hex')).toBe(made.pixelHash)
    expect(files('temporary')).toEqual([])
  })

  test('never over a file, nor under the name of a row whose file is missing', async () => {
    mkdirSync(join(dataDir, 'images/2026-11-21'), { recursive: true })
    writeFileSync(join(dataDir, 'images/2026-11-21/12-0003-7.png'), 'of somebody')
    db.transaction((write) => write.images.add(sampleImage({ fileName: 'images/2026-11-21/12-0003-7-2.png' })))
    const saved = await Promise.all([store.save(sampleMade(), place), store.save(sampleMade(), place)])
    expect(saved.map(({ fileName }) => fileName).sort()).toEqual([
      'images/2026-11-21/12-0003-7-3.png',
      'images/2026-11-21/12-0003-7-4.png',
    ])
    expect(readFileSync(join(dataDir, 'images/2026-11-21/12-0003-7.png'), 'utf8')).toBe('of somebody')
  })

  test('what is committed with it sees the row, and undoes the save when it throws', async () => {
    await store.save(sampleMade(), place, (write, imageId) => {
      expect(db.read.images.get(imageId).prompt).toBe('mountains at sunset')
      write.images.setFavourite(imageId, true)
    })
    const [image] = db.read.history.page().images
    expect(image.favourite).toBe(true)
    await expect(
      store.save(sampleMade(), place, () => {
        throw new Error('cancelled meanwhile')
      }),
    ).rejects.toThrow('cancelled meanwhile')
    expect(db.read.history.count()).toBe(1)
    expect(leftovers()).toEqual(['12-0003-7.png'])
  })

  test('the file is there before its row can be seen', async () => {
    const other = openTemporary({ dataDir, role: 'guest' })
    await store.save(sampleMade(), place, () => {
      expect(files('images/2026-11-21')).toEqual(['12-0003-7.png'])
      expect(other.read.history.count()).toBe(0)
    })
    expect(other.read.history.count()).toBe(1)
  })

  test('an input must be known', async () => {
    const made = sampleMade({ kind: 'image-to-image', inputImageHash: 'f'.repeat(64) })
    await expect(store.save(made, place)).rejects.toMatchObject({ code: 'not-found', data: { what: 'input' } })
    expect(leftovers()).toEqual([])
  })

  test('begins again when a studio that starts empties the temporary folder meanwhile', async () => {
    const transaction = db.transaction.bind(db)
    let attempts = 0
    vi.spyOn(db, 'transaction').mockImplementation((work) => {
      attempts += 1
      if (attempts === 1) for (const name of files('temporary')) rmSync(join(dataDir, 'temporary', name))
      return transaction(work)
    })
    const image = await store.save(sampleMade(), place)
    expect((await store.readPixels(image.id)).widthPx).toBe(40)
    expect(attempts).toBeGreaterThan(1)
  })
})

describe('places that cannot be written', () => {
  test.each(['images', 'images/2026-11-21', 'temporary'])('a file where %s should be', async (name) => {
    mkdirSync(join(dataDir, 'images'), { recursive: true })
    rmSync(join(dataDir, name), { recursive: true, force: true })
    writeFileSync(join(dataDir, name), '')
    await expect(store.save(sampleMade(), place)).rejects.toMatchObject({ code: 'output-not-writable' })
    expect(db.read.history.count()).toBe(0)
    if (name !== 'temporary') expect(files('temporary')).toEqual([])
  })

  test('a link that leads out of the data folder', async () => {
    const outside = temporaryFolder()
    symlinkSync(outside, join(dataDir, 'images'))
    await expect(store.save(sampleMade(), place)).rejects.toMatchObject({ code: 'output-not-writable' })
    expect(readdirSync(outside, { recursive: true }).filter((name) => String(name).endsWith('.png'))).toEqual([])
  })

  test('a limit on the size of files', () => {
    const { stdout } = spawnSync('sh', ['-c', `ulimit -f 8; exec "$0" "$@"`, process.execPath, saver, dataDir, '120'], {
      encoding: 'utf8',
    })
    expect(stdout).toBe('output-not-writable: EFBIG\n')
    expect(leftovers()).toEqual([])
  })

  test.for([
    ['the image', '400', 'ENOSPC'],
    ['its row', '40', 'SQLITE_FULL'],
  ])('a disk that is really full, at %s', ([, side, systemCode], { skip }) => {
    const disk = temporaryFolder()
    try {
      execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk], { stdio: 'ignore' })
    } catch {
      skip('mounting needs root')
    }
    try {
      const { stdout } = spawnSync(process.execPath, [saver, disk, side], { encoding: 'utf8' })
      expect(stdout).toBe(`disk-full: ${systemCode}\n`)
      expect(readdirSync(join(disk, 'temporary'))).toEqual([])
      const guest = openTemporary({ dataDir: disk, role: 'guest' })
      const inRows = guest.read.images.filesAfter(0, 1000).map(({ fileName }) => fileName)
      expect(inRows.length).toBeGreaterThan(0)
      const onDisk = readdirSync(join(disk, 'images'), { recursive: true, encoding: 'utf8' })
      expect(onDisk.filter((name) => name.endsWith('.png')).map((name) => `images/${name}`)).toEqual(inRows.sort())
      guest.close()
    } finally {
      execFileSync('/bin/umount', [disk])
    }
  })
})
const saver = fileURLToPath(new URL('testing/save-until-refused.ts', import.meta.url))

describe('a file that is gone', () => {
  test('is said to be, and marked; its coming back as well', async () => {
    const { id, fileName } = await store.save(sampleMade(), place)
    renameSync(join(dataDir, fileName), join(dataDir, 'away.png'))
    await expect(store.fileOf(id)).rejects.toMatchObject({ code: 'image-file-missing' })
    expect(db.read.images.get(id).isMissing).toBe(true)
    renameSync(join(dataDir, 'away.png'), join(dataDir, fileName))
    await store.fileOf(id)
    expect(db.read.images.get(id).isMissing).toBe(false)
  })

  test('is written again with the same bytes, and is not taken from another image', async () => {
    const made = sampleMade({ prompt: 'café 山', strength: 0.5 })
    const { id, fileName } = await store.save(made, place)
    const bytes = readFileSync(join(dataDir, fileName))
    rmSync(join(dataDir, 'images'), { recursive: true })
    await expect(store.fileOf(id)).rejects.toMatchObject({ code: 'image-file-missing' })
    await expect(store.restoreFile(id, sampleMade())).rejects.toMatchObject({ code: 'internal' })
    expect(existsSync(join(dataDir, fileName))).toBe(false)
    await store.restoreFile(id, { ...made, settings: { ...made.settings, engineVersion: '9' } })
    expect(readFileSync(join(dataDir, fileName)).equals(bytes)).toBe(true)
    expect(db.read.images.get(id).isMissing).toBe(false)
  })

  test('a file that is there is not written over', async () => {
    const made = sampleMade()
    const { id, fileName } = await store.save(made, place)
    writeFileSync(join(dataDir, fileName), 'edited by somebody')
    await store.restoreFile(id, made)
    expect(readFileSync(join(dataDir, fileName), 'utf8')).toBe('edited by somebody')
  })
})

test('pixels are refused if the file was damaged or replaced', async () => {
  const { id, fileName } = await store.save(sampleMade(), place)
  const path = join(dataDir, fileName)
  const bytes = readFileSync(path)
  const middle = bytes.indexOf('IDAT') + 20
  for (const damaged of [bytes.subarray(0, -30), Buffer.from(bytes).fill(0x55, middle, middle + 8), Buffer.alloc(9)]) {
    writeFileSync(path, damaged)
    await expect(store.readPixels(id)).rejects.toMatchObject({ code: 'image-invalid' })
  }
  await sharp({ create: { width: 4000, height: 4000, channels: 3, background: 'red' } })
    .png()
    .toFile(path)
  await expect(store.readPixels(id)).rejects.toMatchObject({ code: 'image-invalid' })
})

describe('names in rows that lead elsewhere', () => {
  test.each([
    'reprise.sqlite',
    '../outside.png',
    'images/../reprise.sqlite',
    'images/../../outside.png',
    '/etc/hostname',
    'images//etc/hostname',
    'images\\..\\outside.png',
    'images/./x.png',
    'images',
    'images/link/outside.png',
    'images/link.png',
    'images/inside.png',
    'images/insides/reprise.sqlite',
    'images/pipe.png',
  ])('%s is neither served nor deleted', async (fileName) => {
    const outside = temporaryFolder()
    writeFileSync(join(outside, 'outside.png'), 'secret')
    writeFileSync(join(dataDir, '../outside.png'), 'secret')
    mkdirSync(join(dataDir, 'images'))
    symlinkSync(outside, join(dataDir, 'images/link'))
    symlinkSync(join(outside, 'outside.png'), join(dataDir, 'images/link.png'))
    // links within the data folder lead elsewhere as well
    symlinkSync(join(dataDir, 'reprise.sqlite'), join(dataDir, 'images/inside.png'))
    symlinkSync(dataDir, join(dataDir, 'images/insides'))
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(dataDir, 'images/pipe.png')])
    try {
      const id = db.transaction((write) => write.images.add(sampleImage({ fileName })))
      await expect(store.fileOf(id)).rejects.toMatchObject({ code: 'image-file-missing' })
      await expect(store.readPixels(id)).rejects.toMatchObject({ code: 'image-file-missing' })
      await store.remove([id])
      expect(db.read.history.count()).toBe(0)
      expect(readFileSync(join(outside, 'outside.png'), 'utf8')).toBe('secret')
      expect(readFileSync(join(dataDir, '../outside.png'), 'utf8')).toBe('secret')
      expect(existsSync(join(dataDir, 'reprise.sqlite'))).toBe(true)
    } finally {
      rmSync(join(dataDir, '../outside.png'))
    }
  })
})

describe('remove', () => {
  test('rows, files, thumbnails and difference pictures', async () => {
    const [gone, kept] = [await store.save(sampleMade(), place), await store.save(sampleMade(), place)]
    for (const folder of ['thumbnails', 'differences']) mkdirSync(join(dataDir, folder))
    for (const name of [`thumbnails/${gone.id}-256.webp`, `thumbnails/${gone.id}-512.webp`, 'differences/x.png']) {
      writeFileSync(join(dataDir, name), 'x')
    }
    const removed = store.remove([gone.id, 12345])
    // a verdict of just now
    db.transaction((write) =>
      write.verdicts.add({
        imageId: gone.id,
        createdAtMs: 1,
        outcome: 'different',
        pixelHash: null,
        differingPixels: 1,
        maxDifference: 1,
        meanDifference: 1,
        differenceFileName: 'differences/x.png',
        durationMs: 1,
        message: null,
      }),
    )
    await removed
    expect(db.read.history.page().images.map(({ id }) => id)).toEqual([kept.id])
    expect([files('images/2026-11-21'), files('thumbnails'), files('differences'), files('temporary')]).toEqual([
      ['12-0003-7-2.png'],
      [],
      [],
      [],
    ])
  })

  test('takes nothing away if the rows cannot go', async () => {
    const { id } = await store.save(sampleMade(), place)
    vi.spyOn(db, 'transaction').mockImplementation(() => {
      throw new Error('busy')
    })
    await expect(store.remove([id])).rejects.toThrow('busy')
    vi.restoreAllMocks()
    expect((await store.readPixels(id)).widthPx).toBe(40)
  })
})

test.each([
  ['before 1970', -86_400_000],
  ['at the very beginning', 0],
  ['after the year 2248', 9e12],
])('a clock %s ends nothing: images are kept side by side', async (_name, nowMs) => {
  vi.spyOn(Date, 'now').mockReturnValue(nowMs)
  const images = [await store.save(sampleMade(), { ...place, dayMs: nowMs }), await store.save(sampleMade(), place)]
  expect(images[0].id).toBeGreaterThan(0)
  expect(images[1].id).toBe(images[0].id + 1)
  expect(db.read.history.count()).toBe(2)
  vi.restoreAllMocks()
})
