import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { metadataContract } from '#shared/contract/metadata.ts'
import { ImageSettingsSchema, type ImageSettings } from '#shared/generation.ts'
import { cleanUp, openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { EventBus } from '../events/event-bus.ts'
import { madeImage } from '../history/testing/made-image.ts'
import { imageText } from '../images/image-text.ts'
import { InputStore } from '../images/input-store.ts'
import { encodePng } from '../images/png.ts'
import { importFolder, type FolderImport } from './import-folder.ts'
import { importImage } from './import-image.ts'
import { createMetadataHandlers } from './metadata-handlers.ts'

afterEach(cleanUp)

const FOREIGN = join(import.meta.dirname, '../../../test/fixtures/metadata/a1111.png')

function open() {
  const dataDir = temporaryFolder()
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
  const row = deps.db.read.images.get(imageId!)
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
  expect(await importImage(deps, await ownPng())).toEqual({ outcome: 'known', imageId: first.imageId })
  const { widthPx, heightPx, pixels, settings } = madeImage()
  const withoutInfotext = await encodePng({ widthPx, heightPx, pixels, text: imageText(settings).slice(1) })
  expect(await importImage(deps, withoutInfotext)).toEqual({ outcome: 'known', imageId: first.imageId })
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
  rmSync(join(deps.dataDir, deps.db.read.images.get(imageId!).fileName))
  deps.db.transaction((write) => {
    write.images.setMissing(imageId!, true)
  })
  expect(await importImage(deps, png)).toEqual({ outcome: 'known', imageId })
  const row = deps.db.read.images.get(imageId!)
  expect(row.isMissing).toBe(false)
  expect(readFileSync(join(deps.dataDir, row.fileName))).toEqual(png)
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

test('pixels that are not those of the settings are refused', async () => {
  const deps = open()
  const { settings } = madeImage()
  const black = Buffer.alloc(4 * 4 * 3)
  const cropped = await encodePng({ widthPx: 4, heightPx: 4, pixels: black, text: imageText(settings) })
  await expect(importImage(deps, cropped)).rejects.toMatchObject({ code: 'image-invalid' })
  await expect(importImage(deps, (await ownPng()).subarray(0, -20))).rejects.toMatchObject({ code: 'image-invalid' })
  const [parameters] = imageText(settings)
  const huge = imageText({ ...settings, widthPx: 2 ** 31, heightPx: 2 ** 31 })
  const lying = await encodePng({ widthPx: 4, heightPx: 4, pixels: black, text: [parameters, huge[1]] })
  await expect(importImage(deps, lying)).rejects.toMatchObject({ code: 'image-invalid' })
  expect(deps.db.read.history.count()).toBe(0)
})

test('images of other programs are not added', async () => {
  const deps = open()
  expect(await importImage(deps, readFileSync(FOREIGN))).toEqual({ outcome: 'foreign', imageId: null })
  expect(deps.db.read.history.count()).toBe(0)
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

  const found: FolderImport[] = []
  for await (const one of importFolder(deps, folder)) found.push(one)
  expect(found.map(({ path, outcome }) => [path.slice(folder.length + 1), outcome])).toEqual([
    ['a.png', 'added'],
    [join('b', 'damaged.png'), 'failed'],
    [join('b', 'foreign.png'), 'foreign'],
    [join('b', 'deeper', 'again.PNG'), 'known'],
  ])
  expect(found[1]).toMatchObject({ error: { code: 'image-invalid' } })
  await expect(importFolder(deps, join(folder, 'none')).next()).rejects.toMatchObject({ code: 'image-not-found' })
})

test('the contract: read, read a text, import', async () => {
  const deps = { ...open(), models: { list: () => [] } }
  const handlers = createMetadataHandlers(deps)
  const foreign = new Uint8Array(readFileSync(FOREIGN))
  const read = await handlers.read({ bytes: foreign })
  expect(read).toMatchObject({ source: 'a1111', job: { items: [{ seed: 1234567890n }] } })
  expect(await handlers.readText({ text: read.raw })).toEqual(read)
  expect(await handlers.importImage({ bytes: foreign })).toMatchObject({ outcome: 'foreign', settings: read })
  const own = await handlers.importImage({ bytes: new Uint8Array(await ownPng()) })
  expect(metadataContract.importImage.output.encode(own)).toMatchObject({
    outcome: 'added',
    settings: { source: 'reprise' },
  })
  await expect(handlers.read({ bytes: new Uint8Array(10) })).rejects.toMatchObject({ code: 'image-invalid' })
})
