/** Images of other programs on their way through the history: in, looked at, out again, lost and found. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, describe, expect, test } from 'vitest'
import { ExportOptionsSchema, historyContract, type ExportFormat } from '#shared/contract/history.ts'
import { MAX_PROMPT_LENGTH } from '#shared/contract/values.ts'
import { KnownSettingsSchema } from '#shared/history.ts'
import { cleanUp, openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { EventBus } from '../events/event-bus.ts'
import { exportImage } from '../export/export-image.ts'
import { createHistoryHandlers } from '../history/history-handlers.ts'
import { madeImage } from '../history/testing/made-image.ts'
import { ImageStore } from '../images/image-store.ts'
import { encodePng } from '../images/png.ts'
import { checkDataFolder } from '../recovery/check-data-folder.ts'
import { createStudioFiles } from '../studio/studio-files.ts'
import { importImage } from './import-image.ts'
import { readSettings } from './read-settings.ts'
import { readTexts } from './read-texts.ts'

afterEach(cleanUp)

const DIR = join(import.meta.dirname, '../../../test/fixtures/metadata')
const FIXTURES = readdirSync(DIR).filter((name) => name !== 'expected.json')
const MODIFIED_MS = Date.UTC(2023, 4, 5, 6, 7, 8)

function open() {
  const dataDir = temporaryFolder()
  const db = openTemporary({ dataDir })
  const bus = new EventBus()
  const store = new ImageStore({ db, dataDir })
  const models = { list: () => [] }
  const backups = { beforeRemoving: () => undefined }
  return {
    ...{ db, dataDir, bus, store },
    history: createHistoryHandlers({ db, bus, store, backups, models }),
    files: createStudioFiles({ db, dataDir, store, inputs: { pathOf: () => '' } as never }),
    forget: (id: number) => {
      db.transaction((write) => {
        write.images.remove(id)
      })
    },
    check: async () => (await checkDataFolder({ db, dataDir })).notes,
  }
}

describe.each(FIXTURES)('%s', (name) => {
  const bytes = readFileSync(join(DIR, name))

  test('comes in as it is, with every field and how far it can be trusted', async () => {
    const studio = open()
    const { outcome, imageId, origin } = await importImage(studio, bytes, MODIFIED_MS)
    expect(outcome).toBe('added')
    const read = readSettings(await readTexts(bytes))
    const row = studio.db.read.images.get(imageId)
    const { width, height } = await sharp(bytes).metadata()
    expect(row).toMatchObject({ origin, widthPx: width, heightPx: height, createdAtMs: MODIFIED_MS })
    expect(origin).toBe(read.source)
    for (const [field, value] of Object.entries(KnownSettingsSchema.parse(row))) {
      const told = read.fields[field as keyof typeof read.fields]
      expect(told).toMatchObject({ value })
      expect(told?.fidelity).not.toBe('not-understood')
    }
    expect(studio.db.read.readSettings.ofImage(imageId)).toEqual(read)
    expect(readFileSync(join(studio.dataDir, row.fileName))).toEqual(bytes)
    expect(row.fileName).toMatch(/^images\/2023-05-05\/imported-[0-9a-f]{12}(-\d+)?\.(png|jpg|webp)$/)

    const detail = studio.history.get({ id: imageId })
    const wire = historyContract.get.output.encode(await detail)
    expect(wire).toMatchObject({ origin, read: { source: read.source, raw: read.raw } })
    expect(JSON.stringify(wire)).not.toContain(studio.dataDir)
    expect(await importImage(studio, bytes)).toEqual({ outcome: 'known', imageId, origin })
    expect(studio.db.read.history.count({ origin })).toBe(1)
  })

  test('is found, shown and exported, and comes back from its file', async () => {
    const studio = open()
    const { imageId } = await importImage(studio, bytes, MODIFIED_MS)
    const row = studio.db.read.images.get(imageId)
    const found = (filter: object): number => studio.db.read.history.count({ ...filter, origin: 'other' })
    if (row.seed !== undefined) expect(found({ seed: row.seed })).toBe(1)
    if (row.prompt !== undefined) expect(found({ text: /[\p{L}]{2,}/u.exec(row.prompt)![0] })).toBe(1)
    expect(found({ widthPx: row.widthPx, createdFromMs: MODIFIED_MS, createdToMs: MODIFIED_MS })).toBe(1)
    expect(studio.db.read.history.days({}, 0)).toMatchObject([{ day: '2023-05-05', imageCount: 1 }])

    const { path, mimeType } = await studio.files.image(imageId)
    expect(mimeType).toBe(`image/${(await sharp(path).metadata()).format}`)
    const thumbnail = await studio.files.thumbnail(imageId, 256)
    expect((await sharp(thumbnail.path).metadata()).format).toBe('webp')
    for (const format of ['png', 'jpeg', 'webp'] as const) await expectExport(studio.store, imageId, format)

    studio.forget(imageId)
    expect(await studio.check()).toEqual([`1 image put back into the history from files: "${row.fileName}"`])
    const [back] = studio.db.read.history.page().images
    expect(back).toEqual({ ...row, id: back.id })
    expect(studio.db.read.readSettings.ofImage(back.id)).toEqual(readSettings(await readTexts(bytes)))
    expect(await studio.check()).toEqual([])
  })
})

/** Other programs' readers find what is known; here it reads back as theirs, and not more exact than before. */
async function expectExport(store: ImageStore, id: number, format: ExportFormat): Promise<void> {
  const { image } = await store.fileOf(id)
  const options = ExportOptionsSchema.parse({ format })
  const exported = await exportImage(store, id, options)
  expect(await sharp(exported.bytes).metadata()).toMatchObject({ format, width: image.widthPx, height: image.heightPx })
  const read = readSettings(await readTexts(exported.bytes))
  if (image.prompt !== undefined) {
    expect(read.source).toBe('a1111')
    expect(read.fields).toMatchObject({ prompt: { value: image.prompt.trim().replaceAll('\r\n', '\n') } })
    if (image.seed !== undefined) expect(read.fields.seed).toMatchObject({ fidelity: 'mapped', value: image.seed })
  }
  const bare = await exportImage(store, id, { ...options, settings: false })
  expect(await readTexts(bare.bytes)).toEqual(new Map())
}

describe('files of every kind', () => {
  const size = { width: 4, height: 2 }
  const raw = (channels: 1 | 2 | 3 | 4, value = 100) =>
    sharp(Buffer.alloc(8 * channels, value), { raw: { ...size, channels } })
  const kinds: [name: string, make: () => Promise<Buffer>, channels: number][] = [
    ['grey', () => raw(1).toColourspace('b-w').png().toBuffer(), 3],
    ['grey and transparent', () => raw(2).toColourspace('b-w').png().toBuffer(), 4],
    ['transparent', () => raw(4).png().toBuffer(), 4],
    ['transparent WebP', () => raw(4).webp({ lossless: true }).toBuffer(), 4],
    ['16 bits', () => raw(3).toColourspace('rgb16').png().toBuffer(), 3],
    ['palette', () => raw(3).png({ palette: true }).toBuffer(), 3],
    ['CMYK', () => raw(3).toColourspace('cmyk').jpeg().toBuffer(), 3],
    ['with a profile', () => raw(3).withIccProfile('p3').jpeg().toBuffer(), 3],
  ]

  test.each(kinds)('%s: kept, shown, exported, known again', async (_name, make, channels) => {
    const studio = open()
    const bytes = await make()
    const { imageId, origin } = await importImage(studio, bytes)
    expect(origin).toBe('unknown')
    const { pixels, ...shape } = await studio.store.readPixels(imageId)
    expect(shape).toEqual({ widthPx: 4, heightPx: 2, channels })
    expect(pixels).toHaveLength(8 * channels)
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const { bytes: out, fileName } = await exportImage(studio.store, imageId, ExportOptionsSchema.parse({ format }))
      expect(fileName).toMatch(/^image\./)
      const { hasAlpha } = await sharp(out).metadata()
      expect(hasAlpha).toBe(channels === 4 && format !== 'jpeg')
    }
    await expect(studio.files.thumbnail(imageId, 256)).resolves.toMatchObject({ mimeType: 'image/webp' })
    expect((await importImage(studio, bytes)).outcome).toBe('known')
  })

  test('what lies on its side is turned upright everywhere', async () => {
    const studio = open()
    const half = Buffer.alloc(16 * 8 * 3)
    // the left half is white
    for (let at = 0; at < half.length; at++) half[at] = Math.floor(at / 3) % 16 < 8 ? 255 : 0
    const turned = await sharp(half, { raw: { width: 16, height: 8, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toBuffer()
    const { imageId } = await importImage(studio, turned)
    expect(studio.db.read.images.get(imageId)).toMatchObject({ widthPx: 8, heightPx: 16 })
    const { path } = await studio.files.thumbnail(imageId, 256)
    const exported = await exportImage(studio.store, imageId, ExportOptionsSchema.parse({ format: 'jpeg' }))
    for (const file of [path, exported.bytes]) {
      const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
      expect([info.width, info.height]).toEqual([8, 16])
      // the top is white now
      expect([data[0] > 200, data[data.length - 1] < 50]).toEqual([true, true])
    }
    const { orientation } = await sharp(exported.bytes).metadata()
    expect(orientation).toBeUndefined()
  })

  test('what is no PNG, JPEG or WebP, or is damaged, is refused and says why', async () => {
    const studio = open()
    const gif = await raw(3).gif().toBuffer()
    await expect(importImage(studio, gif)).rejects.toThrow('this is a GIF file; the history keeps PNG, JPEG and WebP')
    await expect(importImage(studio, Buffer.from('text'))).rejects.toThrow('this is no image')
    const jpeg = readFileSync(join(DIR, 'a1111.jpg'))
    const cut = importImage(studio, jpeg.subarray(0, jpeg.length - 200))
    await expect(cut).rejects.toMatchObject({ code: 'image-invalid' })
    expect(existsSync(join(studio.dataDir, 'images'))).toBe(false)
  })
})

describe('what else can happen to them', () => {
  const picture = { widthPx: 4, heightPx: 4, pixels: Buffer.alloc(48, 70) }
  const withText = (text: string) => encodePng({ ...picture, text: [['parameters', text]] })

  test('the same pixels with another text are another image', async () => {
    const studio = open()
    const ids = []
    for (const prompt of ['a boat', 'a ship', 'a boat']) {
      ids.push((await importImage(studio, await withText(`${prompt}\nSteps: 9, Seed: 1, Size: 4x4`))).imageId)
    }
    expect(ids[2]).toBe(ids[0])
    expect(ids[1]).not.toBe(ids[0])
    const [boat, ship] = ids.map((id) => studio.db.read.images.get(id))
    const name = `imported-${boat.pixelHash.slice(0, 12)}-1`
    expect([boat, ship].map(({ fileName }) => fileName.replace(/.*\//, ''))).toEqual([`${name}.png`, `${name}-2.png`])
  })

  test('a file that went missing is put back, and one that was moved is found', async () => {
    const studio = open()
    const bytes = readFileSync(join(DIR, 'comfyui.webp'))
    const { imageId } = await importImage(studio, bytes, MODIFIED_MS)
    const path = join(studio.dataDir, studio.db.read.images.get(imageId).fileName)
    rmSync(path)
    await studio.check()
    expect(studio.db.read.images.get(imageId).isMissing).toBe(true)
    expect(await importImage(studio, bytes)).toMatchObject({ outcome: 'known', imageId })
    const { path: there } = await studio.files.image(imageId)
    expect(readFileSync(there)).toEqual(bytes)
    rmSync(there)
    mkdirSync(join(studio.dataDir, 'images/mine'))
    writeFileSync(join(studio.dataDir, 'images/mine/renamed.webp'), bytes)
    expect(await studio.check()).toContain(
      '1 image moved within the data folder, and found again: "images/mine/renamed.webp"',
    )
    expect(studio.db.read.history.count()).toBe(1)
  })

  test('a damaged one without a row is told and left alone', async () => {
    const studio = open()
    const bytes = readFileSync(join(DIR, 'invokeai.png'))
    const { imageId } = await importImage(studio, bytes)
    const { fileName } = studio.db.read.images.get(imageId)
    studio.forget(imageId)
    const path = join(studio.dataDir, fileName)
    writeFileSync(path, bytes.subarray(0, -30))
    expect(await studio.check()).toEqual([`1 image file damaged, and left alone: "${fileName}"`])
    expect(statSync(path).size).toBe(bytes.length - 30)
  })

  test('removing one takes its settings along, and a killed removal does not bring it back', async () => {
    const studio = open()
    const { imageId } = await importImage(studio, readFileSync(join(DIR, 'a1111.png')))
    await studio.history.trash({ ids: [imageId] })
    await studio.history.remove({ ids: [imageId] })
    expect(studio.db.read.readSettings.ofImage(imageId)).toBeUndefined()
    expect(await studio.check()).toEqual([])
    expect(studio.db.read.history.count({ trashed: true })).toBe(0)
  })

  test('a prompt of a megabyte, and JSON without an end, come in without what is too much', async () => {
    const studio = open()
    const long = await importImage(studio, await withText(`${'word '.repeat(200_000)}\nSteps: 9, Seed: 5, Size: 4x4`))
    const row = studio.db.read.images.get(long.imageId)
    expect(row).toMatchObject({ seed: 5n, numInferenceSteps: 9 })
    expect(row.prompt).toBeUndefined()
    const kept = studio.db.read.readSettings.ofImage(long.imageId)!
    expect(kept.raw.length).toBeLessThanOrEqual(MAX_PROMPT_LENGTH + 1)
    const deep = await importImage(studio, await withText(`{"sui_image_params": ${'['.repeat(500_000)}`))
    expect(deep).toMatchObject({ outcome: 'added', origin: 'unknown' })
    const odd = await importImage(
      studio,
      await withText('\0\ud800\nSteps: 1e300, Seed: 1, CFG scale: -1e308, Size: 4x4'),
    )
    expect(odd.outcome).toBe('added')
    expect(studio.db.read.history.page().images).toHaveLength(3)
    expect(
      JSON.stringify(historyContract.get.output.encode(await studio.history.get({ id: odd.imageId }))),
    ).toBeTruthy()
  })

  test('an export of ours that lost pixels comes in as a copy, with all settings', async () => {
    const studio = open()
    const made = madeImage({ prompt: 'a small house', seed: 2n ** 64n - 1n })
    const own = await studio.store.save(made, { name: '1-0000', dayMs: 0 })
    for (const format of ['jpeg', 'webp'] as const) {
      const { bytes } = await exportImage(studio.store, own.id, ExportOptionsSchema.parse({ format }))
      const { imageId, origin } = await importImage(studio, bytes)
      expect(origin).toBe('reprise-copy')
      const { prompt, seed, scheduler, modelName } = made.settings
      expect(studio.db.read.images.get(imageId)).toMatchObject({ prompt, seed, scheduler, modelName })
      const again = await exportImage(studio.store, imageId, ExportOptionsSchema.parse({}))
      expect(readSettings(await readTexts(again.bytes)).fields.seed).toEqual({ fidelity: 'exact', value: seed })
    }
    const png = await exportImage(studio.store, own.id, ExportOptionsSchema.parse({}))
    expect(await importImage(studio, png.bytes)).toEqual({ outcome: 'known', imageId: own.id, origin: 'reprise' })
  })

  test('they are counted by whose they are', async () => {
    const studio = open()
    for (const name of FIXTURES) await importImage(studio, readFileSync(join(DIR, name)))
    const { imageCount, origins, models } = await studio.history.statistics({})
    expect(Object.values(origins).reduce((sum, count) => sum + count)).toBe(imageCount)
    // two of SwarmUI's four differ in how their text is encoded, and are one image
    expect(origins).toMatchObject({ comfyui: 4, invokeai: 3, swarmui: 2 })
    expect(models.length).toBeGreaterThan(0)
  })
})
