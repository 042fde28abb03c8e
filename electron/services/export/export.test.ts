import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import sharp from 'sharp'
import { afterEach, expect, test } from 'vitest'
import { EXPORT_FORMATS, type ExportOptions } from '#shared/contract/history.ts'
import { MAX_SEED } from '#shared/generation.ts'
import { cleanUp, openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { madeImage } from '../history/testing/made-image.ts'
import { ImageStore } from '../images/image-store.ts'
import { parseReprise } from '../metadata/formats/reprise.ts'
import { readSettings } from '../metadata/read-settings.ts'
import { readTexts } from '../metadata/read-texts.ts'
import { imageText } from '../images/image-text.ts'
import { infotext } from '../images/infotext.ts'
import { exportImage } from './export-image.ts'
import { exportName } from './export-name.ts'
import { exportToFolder } from './export-to-folder.ts'
import { exportZip } from './export-zip.ts'
import { exifFields, jpegSegments, pngChunks, userComment, webpChunks, zipEntries } from './testing/read-export.ts'

afterEach(cleanUp)

const TRICKY = 'Häuser am Meer 山, "quoted": 🏠\nsecond line \\ end'
const failure = (code: string) => expect.objectContaining({ code }) as Error

function open() {
  const dataDir = temporaryFolder()
  const db = openTemporary({ dataDir })
  const store = new ImageStore({ db, dataDir })
  let count = 0
  return {
    dataDir,
    db,
    store,
    save: (changes: Parameters<typeof madeImage>[0] = {}) =>
      store.save(madeImage(changes), { name: `1-${count++}`, dayMs: Date.UTC(2026, 10, 21) }),
    exported: async (id: number, options: Partial<ExportOptions> = {}) => {
      const { bytes, ...rest } = await exportImage(store, id, {
        format: 'png',
        quality: 92,
        settings: true,
        ...options,
      })
      return { ...rest, bytes: Buffer.from(bytes) }
    },
  }
}

test('a PNG has the very pixels, and its settings in two texts or nothing beside them', async () => {
  const { save, exported } = open()
  const made = madeImage({ prompt: TRICKY, seed: MAX_SEED })
  const { id } = await save({ prompt: TRICKY, seed: MAX_SEED })
  const [full, bare] = [await exported(id), await exported(id, { settings: false })]
  for (const { bytes } of [full, bare]) {
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, info.channels]).toEqual([16, 8, 3])
    expect(new Uint8Array(data)).toEqual(made.pixels)
  }
  expect((await sharp(full.bytes).metadata()).comments).toEqual(
    imageText(made.settings).map(([keyword, text]) => ({ keyword, text })),
  )
  expect(full).toMatchObject({
    mimeType: 'image/png',
    fileName: `${MAX_SEED}-Häuser-am-Meer-山-quoted-second-line-end.png`,
  })
  expect(pngChunks(bare.bytes).map(({ kind }) => kind)).toEqual(['IHDR', 'pHYs', 'IDAT', 'IEND'])
})

test('a JPEG has its settings where A1111 has them, and no other field', async () => {
  const { save, exported } = open()
  const { settings } = madeImage({ prompt: TRICKY })
  const { id } = await save({ prompt: TRICKY })
  const { bytes, fileName, mimeType } = await exported(id, { format: 'jpeg' })
  expect([fileName.endsWith('.jpg'), mimeType]).toEqual([true, 'image/jpeg'])
  const [first] = jpegSegments(bytes)
  expect([first.kind, first.data.toString('latin1', 0, 6)]).toEqual(['ffe1', 'Exif\0\0'])
  const tiff = first.data.subarray(6)
  expect(userComment(tiff)).toBe(infotext(settings))
  expect([...exifFields(tiff).keys()]).toEqual([0x8769, 0x927c, 0x9286])

  // sharp finds the same block, and the pixels are about the same
  const metadata = await sharp(bytes).metadata()
  expect(metadata).toMatchObject({ format: 'jpeg', width: 16, height: 8, chromaSubsampling: '4:4:4' })
  expect(metadata.exif?.subarray(6)).toEqual(tiff)
  const bare = await exported(id, { format: 'jpeg', settings: false })
  expect(jpegSegments(bare.bytes).filter(({ kind }) => /ffe|fffe/.test(kind))).toEqual([])
  expect(await sharp(bare.bytes).raw().toBuffer()).toEqual(await sharp(bytes).raw().toBuffer())
})

test.each(EXPORT_FORMATS)('%s: all settings are read back exactly, or none', async (format) => {
  const { save, exported } = open()
  const changes = { prompt: TRICKY, negativePrompt: '', seed: MAX_SEED, guidanceScale: 7.1 }
  const { id } = await save(changes)
  const texts = await readTexts((await exported(id, { format })).bytes)
  const exact = texts.get('reprise') ?? texts.get('MakerNote')
  expect(parseReprise(exact!)).toEqual(madeImage(changes).settings)
  const { source, fields } = readSettings(texts)
  expect(source).toBe('reprise')
  expect(Object.values(fields).every(({ fidelity }) => fidelity === 'exact')).toBe(true)

  const bare = await exported(id, { format, settings: false })
  expect([...(await readTexts(bare.bytes))]).toEqual([])
})

test.each([
  ['even', 'a red house'],
  ['odd', 'a red houses'],
])('a WebP has its settings in an EXIF chunk: %s length of pixels or text', async (_name, prompt) => {
  const { save, exported } = open()
  const { id } = await save({ prompt })
  const { bytes, fileName, mimeType } = await exported(id, { format: 'webp' })
  expect([fileName.endsWith('.webp'), mimeType]).toEqual([true, 'image/webp'])
  const [header, pixels, exif, ...more] = webpChunks(bytes)
  expect([header.kind, pixels.kind, exif.kind, more]).toEqual(['VP8X', 'VP8 ', 'EXIF', []])
  // EXIF and nothing else; 16 × 8, less one
  expect(header.data.toString('hex')).toBe('08000000' + '0f0000' + '070000')
  expect(userComment(exif.data)).toBe(infotext(madeImage({ prompt }).settings))
  expect(await sharp(bytes).metadata()).toMatchObject({
    format: 'webp',
    width: 16,
    height: 8,
    exif: expect.anything() as Buffer,
  })

  const bare = await exported(id, { format: 'webp', settings: false })
  expect(webpChunks(bare.bytes).map(({ kind }) => kind)).toEqual(['VP8 '])
  expect(await sharp(bare.bytes).raw().toBuffer()).toEqual(await sharp(bytes).raw().toBuffer())
})

test('quality counts where there is one', async () => {
  const { save, exported } = open()
  const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * at * 7) % 256)
  const { id } = await save({ widthPx: 64, heightPx: 64, pixels })
  for (const format of ['jpeg', 'webp'] as const) {
    const [low, high] = [
      await exported(id, { format, quality: 10, settings: false }),
      await exported(id, { format, quality: 95, settings: false }),
    ]
    expect(low.bytes.length).toBeLessThan(high.bytes.length / 2)
  }
})

test.each(EXPORT_FORMATS)('%s: the same bytes at any time, and no place or person in them', async (format) => {
  const { save, exported, dataDir, db } = open()
  const { id } = await save()
  const { username, homedir } = userInfo()
  const { fileName } = db.read.images.get(id)
  for (const settings of [true, false]) {
    const { bytes } = await exported(id, { format, settings })
    expect((await exported(id, { format, settings })).bytes).toEqual(bytes)
    for (const secret of [dataDir, process.cwd(), homedir, username, fileName, 'images/', '2026', 'file_name']) {
      for (const encoding of ['utf8', 'utf16le'] as const) {
        const bytesOf = Buffer.from(secret, encoding)
        expect(bytes.includes(bytesOf), `${secret} in ${encoding}`).toBe(false)
        if (encoding === 'utf16le') expect(bytes.includes(bytesOf.swap16()), secret).toBe(false)
      }
    }
    if (settings) continue
    for (const trace of [
      'Steps',
      'mountains',
      'Reprise',
      'reprise',
      'Exif',
      'EXIF',
      'tEXt',
      'iTXt',
      'tIME',
      'ICCP',
      'iCCP',
    ]) {
      expect(bytes.includes(trace), trace).toBe(false)
    }
  }
})

test('a prompt that no JPEG has room for is refused there, and taken elsewhere', async () => {
  const { save, exported } = open()
  const prompt = 'long '.repeat(20_000)
  const { id } = await save({ prompt })
  await expect(exported(id, { format: 'jpeg' })).rejects.toThrow(failure('invalid-argument'))
  const { bytes } = await exported(id, { format: 'webp' })
  expect(userComment(webpChunks(bytes)[2].data)).toContain(prompt)
  await exported(id, { format: 'jpeg', settings: false })
})

test('the longest text that fits into a JPEG does', async () => {
  const { save, exported } = open()
  const [comment, exact] = imageText(madeImage({ prompt: '' }).settings).map(([, text]) => text.length)
  // two for the length, "Exif\0\0", 56 of directories, "UNICODE\0"; the exact text begins and ends at even places
  const sizeWith = (letters: number): number =>
    2 + 6 + 56 + 8 + 2 * Math.ceil((exact + letters) / 2) + 2 * (comment + letters)
  let room = 0
  while (sizeWith(room + 1) <= 65_535) room++
  const fits = await save({ prompt: 'x'.repeat(room) })
  const tooLong = await save({ prompt: 'x'.repeat(room + 1) })
  const { bytes } = await exported(fits.id, { format: 'jpeg' })
  expect(userComment(jpegSegments(bytes)[0].data.subarray(6))).toHaveLength(room + comment)
  expect((await sharp(bytes).metadata()).width).toBe(16)
  await expect(exported(tooLong.id, { format: 'jpeg' })).rejects.toThrow(failure('invalid-argument'))
})

test('lone surrogates and NUL do not spoil a text', async () => {
  const { save, exported } = open()
  const { id } = await save({ prompt: 'a\0b \ud800 c' })
  const { bytes } = await exported(id, { format: 'jpeg' })
  expect(userComment(jpegSegments(bytes)[0].data.subarray(6))).toMatch(/^a\ufffdb \ufffd c\n/)
})

test('names say seed and words, and are good on every system', () => {
  const name = (prompt: string, seed = 7n): string => exportName({ seed, prompt }, 'png')
  expect(name('mountains at sunset')).toBe('7-mountains-at-sunset.png')
  expect(name('')).toBe('7.png')
  expect(name('🏠 / ../\\:*?"<>|\u202e\0')).toBe('7.png')
  expect(name('../../etc/passwd')).toBe('7-etc-passwd.png')
  expect(name('CON')).toBe('7-CON.png')
  expect(name('a (masterpiece:1.2), [b]')).toBe('7-a-masterpiece-1-2-b.png')
  // composed and decomposed letters give one name
  expect(name('Cafe\u0301')).toBe(name('Café'))
  // whole words as far as they fit
  expect(name('word '.repeat(50))).toBe(`7-${Array(16).fill('word').join('-')}.png`)
  expect(name('x'.repeat(500))).toBe(`7-${'x'.repeat(80)}.png`)
  expect(name('山'.repeat(500))).toBe(`7-${'山'.repeat(26)}.png`)
  expect(Buffer.byteLength(name('𠀀'.repeat(500), MAX_SEED))).toBeLessThan(120)
})

const options: ExportOptions = { format: 'png', quality: 92, settings: false }

test('a ZIP has every image under a name of its own, and says which it lacks', async () => {
  const { save, exported, store, dataDir } = open()
  const images = [await save(), await save({ prompt: 'MOUNTAINS at sunset' }), await save(), await save({ seed: 8n })]
  rmSync(join(dataDir, images[2].fileName))
  const ids = [...images.map(({ id }) => id), 5]
  const zip = await buffer(exportZip(store, ids, options))
  const entries = zipEntries(zip)
  expect(entries.map(({ name }) => name)).toEqual([
    '7-mountains-at-sunset.png',
    '7-MOUNTAINS-at-sunset-2.png',
    '8-mountains-at-sunset.png',
    'not-exported.txt',
  ])
  expect(entries[0].data).toEqual((await exported(images[0].id, { settings: false })).bytes)
  const report = entries[3].data.toString()
  expect(report.split('\n')).toHaveLength(3)
  expect(report).toContain(`image ${images[2].id}: `)
  expect(report).toContain('image 5: there is no image 5')
  expect(zip.includes(dataDir)).toBe(false)
  // stored as they are, on the first day of the format, without fields for other times
  for (const { method, dosTime, dosDate, extraBytes } of entries) {
    expect([method, dosTime, dosDate, extraBytes]).toEqual([0, 0, (1 << 5) | 1, 0])
  }
  expect(await buffer(exportZip(store, ids, options))).toEqual(zip)
})

test('a ZIP is made as it is read: one image ahead, and none for a reader who left', async () => {
  const { save, store } = open()
  const pixels = Uint8Array.from({ length: 256 * 256 * 3 }, (_, at) => (at * at * 31 + at * 7) >> 3)
  const { id } = await save({ widthPx: 256, heightPx: 256, pixels })
  let reads = 0
  const counting = {
    fileOf: store.fileOf.bind(store),
    readPixels: (imageId: number) => {
      reads++
      return store.readPixels(imageId)
    },
  }
  const zip = exportZip(counting, Array<number>(50).fill(id), options)
  const chunks = zip[Symbol.asyncIterator]()
  await chunks.next()
  for (let turn = 0; turn < 50; turn++) await setImmediate()
  expect(reads).toBeLessThan(5)
  const closed = new Promise((resolve) => zip.once('close', resolve))
  zip.destroy()
  await closed
  const readsThen = reads
  for (let turn = 0; turn < 50; turn++) await setImmediate()
  expect(reads).toBeLessThanOrEqual(readsThen + 1)
})

test('a folder gets files beside those it has, never over them', async () => {
  const { save, exported, store } = open()
  const dir = join(temporaryFolder(), 'new', 'folder')
  const images = [await save(), await save(), await save({ seed: 8n })]
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, '7-mountains-at-sunset.png'), 'mine')
  const { paths, failed } = await exportToFolder(store, [...images.map(({ id }) => id), 5], options, dir)
  const names = ['7-mountains-at-sunset-2.png', '7-mountains-at-sunset-3.png', '8-mountains-at-sunset.png']
  expect(paths).toEqual(names.map((name) => join(dir, name)))
  expect(failed).toEqual([{ id: 5, error: failure('not-found') }])
  expect(readFileSync(join(dir, '7-mountains-at-sunset.png'), 'utf8')).toBe('mine')
  expect(readFileSync(paths[0])).toEqual((await exported(images[0].id, { settings: false })).bytes)
  // nothing unfinished is left
  expect(readdirSync(dir).toSorted()).toEqual(['7-mountains-at-sunset.png', ...names].toSorted())
})

test('a folder that cannot be made is refused, and none is left behind if nothing went into it', async () => {
  const { save, store } = open()
  const { id } = await save()
  const parent = temporaryFolder()
  writeFileSync(join(parent, 'file'), '')
  await expect(exportToFolder(store, [id], options, join(parent, 'file', 'x'))).rejects.toThrow(
    failure('output-not-writable'),
  )
  expect((await exportToFolder(store, [5], options, join(parent, 'new'))).paths).toEqual([])
  expect(readdirSync(parent)).toEqual(['file'])
})
