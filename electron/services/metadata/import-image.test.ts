import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { metadataContract } from '#shared/contract/metadata.ts'
import { ImageSettingsSchema, type ImageSettings } from '#shared/generation.ts'
import { cleanUp, openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { EventBus } from '../events/event-bus.ts'
import { madeImage } from '../history/testing/made-image.ts'
import { imageText } from '../images/image-text.ts'
import { InputStore } from '../images/input-store.ts'
import { encodePng } from '../images/png.ts'
import { importImage } from './import-image.ts'
import { importPaths, type PathImport } from './import-paths.ts'
import { createMetadataHandlers } from './metadata-handlers.ts'

afterEach(cleanUp)

const FOREIGN = join(import.meta.dirname, '../../../test/fixtures/metadata/a1111.png')

function open(dataDir = temporaryFolder()) {
  const db = openTemporary({ dataDir })
  const bus = new EventBus()
  const events: string[] = []
  bus.listen(({ name }) => events.push(name))
  const files = (): string[] =>
    readdirSync(join(dataDir, 'images'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
  return { db, dataDir, bus, events, files }
}

async function ownPng(changes: Partial<ImageSettings> = {}): Promise<Buffer> {
  const { widthPx, heightPx, pixels, settings } = madeImage(changes)
  return await encodePng({ widthPx, heightPx, pixels, text: imageText(settings) })
}

test('an image of ours: the same row, the same bytes', async () => {
  const deps = open()
  const settings = { seed: 2n ** 64n - 1n, prompt: 'ein Häuschen\n小さな家', sigmas: 'karras' } as const
  const png = await ownPng(settings)
  const { outcome, imageId } = await importImage(deps, png)
  expect(outcome).toBe('added')
  const row = deps.db.read.images.get(imageId)
  const made = madeImage(settings)
  expect(ImageSettingsSchema.parse(row)).toEqual(made.settings)
  expect(row).toMatchObject({ pixelHash: made.pixelHash, fileSizeBytes: png.length, isMissing: false })
  expect(readFileSync(join(deps.dataDir, row.fileName))).toEqual(png)
  expect(deps.events).toEqual(['image.added'])
  expect(readdirSync(join(deps.dataDir, 'temporary'))).toEqual([])
})

test('the same image is added once, other settings or pixels are another', async () => {
  const deps = open()
  const first = await importImage(deps, await ownPng())
  expect(await importImage(deps, await ownPng())).toEqual({ ...first, outcome: 'known' })
  const { widthPx, heightPx, pixels, settings } = madeImage()
  const withoutInfotext = await encodePng({ widthPx, heightPx, pixels, text: imageText(settings).slice(1) })
  expect(await importImage(deps, withoutInfotext)).toEqual({ ...first, outcome: 'known' })
  expect((await importImage(deps, await ownPng({ prompt: 'another' }))).outcome).toBe('added')
  expect((await importImage(deps, await ownPng({ seed: 8n }))).outcome).toBe('added')
  expect(deps.files()).toHaveLength(3)
  expect(deps.events).toHaveLength(3)
})

test('two at the same time are one', async () => {
  const deps = open()
  const png = await ownPng()
  const both = await Promise.all([importImage(deps, png), importImage(deps, png)])
  expect(both.map(({ outcome }) => outcome).sort()).toEqual(['added', 'known'])
  expect(deps.files()).toHaveLength(1)
})

test('an image whose file is gone gets it back', async () => {
  const deps = open()
  const png = await ownPng()
  const { imageId } = await importImage(deps, png)
  rmSync(join(deps.dataDir, deps.db.read.images.get(imageId).fileName))
  deps.db.transaction((write) => {
    write.images.setMissing(imageId, true)
  })
  expect(await importImage(deps, png)).toEqual({ outcome: 'known', imageId, origin: 'reprise' })
  const row = deps.db.read.images.get(imageId)
  expect(row.isMissing).toBe(false)
  expect(readFileSync(join(deps.dataDir, row.fileName))).toEqual(png)
  expect(deps.events).toEqual(['image.added', 'images.changed'])
})

test('begins again when a studio that starts empties the temporary folder meanwhile', async () => {
  const deps = open()
  const transaction = deps.db.transaction.bind(deps.db)
  vi.spyOn(deps.db, 'transaction').mockImplementationOnce((work) => {
    rmSync(join(deps.dataDir, 'temporary'), { recursive: true })
    return transaction(work)
  })
  expect(await importImage(deps, await ownPng())).toMatchObject({ outcome: 'added' })
  expect([deps.files().length, deps.db.read.history.count()]).toEqual([1, 1])
})

test('made from an image: that one has to be there first', async () => {
  const deps = open()
  const input = await ownPng({ prompt: 'input' })
  const inputImageHash = createHash('sha256').update(input).digest('hex')
  const png = await ownPng({ kind: 'image-to-image', strength: 0.5, resizeMode: 'crop', inputImageHash })
  await expect(importImage(deps, png)).rejects.toMatchObject({ code: 'not-found', data: { what: 'input' } })
  await new InputStore(deps).add(input)
  expect((await importImage(deps, png)).outcome).toBe('added')
})

test('ours with other pixels than its settings say is a copy, and cannot be taken for what was made', async () => {
  const deps = open()
  const { settings } = madeImage()
  const black = { widthPx: 4, heightPx: 4, pixels: Buffer.alloc(4 * 4 * 3) }
  const huge = imageText({ ...settings, widthPx: 2 ** 31, heightPx: 2 ** 31 })
  for (const text of [imageText(settings), huge]) {
    const { outcome, imageId, origin } = await importImage(deps, await encodePng({ ...black, text }))
    expect([outcome, origin]).toEqual(['added', 'reprise-copy'])
    expect(deps.db.read.images.get(imageId)).toMatchObject({
      prompt: settings.prompt,
      seed: settings.seed,
      modelHash: settings.modelHash,
      widthPx: 4,
    })
    expect(() => deps.db.read.images.getOwn(imageId)).toThrow(/a copy whose pixels are not those/)
  }
  await expect(importImage(deps, (await ownPng()).subarray(0, -20))).rejects.toMatchObject({ code: 'image-invalid' })
  expect(deps.db.read.history.count({ origin: 'reprise' })).toBe(0)
})

test('a folder: each image once, what cannot be read is named', async () => {
  const deps = open()
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'b', 'deeper'), { recursive: true })
  writeFileSync(join(folder, 'a.png'), await ownPng())
  writeFileSync(join(folder, 'b', 'damaged.png'), (await ownPng()).subarray(0, -20))
  writeFileSync(join(folder, 'b', 'deeper', 'again.PNG'), await ownPng())
  writeFileSync(join(folder, 'b', 'foreign.png'), readFileSync(FOREIGN))
  writeFileSync(join(folder, 'notes.txt'), 'no image')
  symlinkSync(folder, join(folder, 'b', 'circle'))

  const outcomes = async (...given: Parameters<typeof importPaths>): Promise<PathImport[]> => {
    const found: PathImport[] = []
    for await (const one of importPaths(...given)) found.push(one)
    return found
  }
  const passed = await outcomes(deps, [join(folder, 'b')], { onlyOwn: true })
  expect(passed.map(({ outcome }) => outcome)).toEqual(['failed', 'foreign', 'added'])
  const found = await outcomes(deps, [folder, join(folder, 'notes.txt')])
  expect(found.map(({ path, outcome }) => [path.slice(folder.length + 1), outcome])).toEqual([
    ['notes.txt', 'failed'],
    ['a.png', 'known'],
    [join('b', 'damaged.png'), 'failed'],
    [join('b', 'foreign.png'), 'added'],
    [join('b', 'deeper', 'again.PNG'), 'known'],
  ])
  expect(found[0]).toMatchObject({ error: { code: 'image-invalid' } })
  expect(found[2]).toMatchObject({ error: { code: 'image-invalid' } })
  expect(found[3]).toMatchObject({ origin: 'a1111' })
  // a slip of the hand in one of the paths does not keep the others
  const none = join(folder, 'none')
  expect((await outcomes(deps, [none, join(folder, 'a.png')])).map(({ path, outcome }) => [path, outcome])).toEqual([
    [none, 'failed'],
    [join(folder, 'a.png'), 'known'],
  ])
})

test('the data folder in a folder that is imported is passed over', async () => {
  const folder = temporaryFolder()
  const deps = open(join(folder, 'data'))
  writeFileSync(join(folder, 'own.png'), await ownPng())
  mkdirSync(join(deps.dataDir, 'thumbnails'))
  writeFileSync(join(deps.dataDir, 'thumbnails', '1-256.png'), await ownPng({ seed: 3n }))
  const found = []
  for await (const one of importPaths(deps, [folder])) found.push(one.path)
  expect(found).toEqual([join(folder, 'own.png')])
})

test('the contract: read, read a text, import', async () => {
  const deps = { ...open(), models: { list: () => [] } }
  const handlers = createMetadataHandlers(deps)
  const foreign = new Uint8Array(readFileSync(FOREIGN))
  const read = await handlers.read({ bytes: foreign })
  expect(read).toMatchObject({ source: 'a1111', job: { items: [{ seed: 1234567890n }] } })
  expect(await handlers.readText({ text: read.raw })).toEqual(read)
  const modifiedAtMs = Date.UTC(2023, 4, 5)
  const kept = await handlers.importImage({ bytes: foreign, modifiedAtMs })
  expect(kept).toMatchObject({ outcome: 'added', settings: read })
  expect(deps.db.read.images.get(kept.imageId).createdAtMs).toBe(modifiedAtMs)
  const own = await handlers.importImage({ bytes: new Uint8Array(await ownPng()) })
  expect(metadataContract.importImage.output.encode(own)).toMatchObject({
    outcome: 'added',
    settings: { source: 'reprise' },
  })
  await expect(handlers.read({ bytes: new Uint8Array(10) })).rejects.toMatchObject({ code: 'image-invalid' })
})
