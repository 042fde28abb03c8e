import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { cleanUp, openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { InputStore } from './input-store.ts'

let dataDir: string
let db: StudioDatabase
let inputs: InputStore
beforeEach(() => {
  dataDir = temporaryFolder()
  db = openTemporary({ dataDir })
  inputs = new InputStore({ db, dataDir })
})
afterEach(cleanUp)

const picture = (width = 30, height = 20): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#336699', noise: { type: 'gaussian', sigma: 20 } } })
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

test.each([
  ['png', 'png'],
  ['jpeg', 'jpg'],
  ['webp', 'webp'],
  ['gif', 'gif'],
  ['tiff', 'tif'],
  ['avif', 'avif'],
] as const)('%s is kept as it is', async (format, extension) => {
  const bytes = await picture().toFormat(format).toBuffer()
  const input = await inputs.add(bytes)
  const hash = hashOf(bytes)
  expect(input).toMatchObject({ hash, fileName: `inputs/${hash}.${extension}`, sizeBytes: bytes.length })
  expect([input.widthPx, input.heightPx]).toEqual([30, 20])
  expect(readFileSync(inputs.pathOf(hash)).equals(bytes)).toBe(true)
  expect(inputs.get(hash)).toEqual(input)
  expect(readdirSync(join(dataDir, 'temporary'))).toEqual([])
})

test('its size is that of the upright picture', async () => {
  const bytes = await picture(30, 20).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  expect(await inputs.add(bytes)).toMatchObject({ widthPx: 20, heightPx: 30 })
})

test('adding the same again changes nothing, and brings back a file that is gone', async () => {
  const bytes = await picture().png().toBuffer()
  const first = await inputs.add(bytes)
  expect(await inputs.add(bytes)).toEqual(first)
  rmSync(inputs.pathOf(first.hash))
  expect(() => inputs.pathOf(first.hash)).toThrow(expect.objectContaining({ code: 'image-file-missing' }))
  expect(await inputs.add(bytes)).toEqual(first)
  truncateSync(inputs.pathOf(first.hash), 5)
  await inputs.add(bytes)
  expect(readFileSync(inputs.pathOf(first.hash)).equals(bytes)).toBe(true)
})

test('several processes may add the same at once', async () => {
  const bytes = await picture(600, 400).png().toBuffer()
  const source = join(dataDir, 'source.png')
  writeFileSync(source, bytes)
  const adders = Array.from({ length: 3 }, () =>
    spawn(process.execPath, [fileURLToPath(new URL('testing/add-input.ts', import.meta.url)), dataDir, source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  )
  await Promise.all(
    adders.map(async (adder) => {
      const [code] = (await once(adder, 'close')) as [number]
      expect(code).toBe(0)
    }),
  )
  expect(db.read.inputs.after('', 10).map(({ hash }) => hash)).toEqual([hashOf(bytes)])
  expect(readdirSync(join(dataDir, 'inputs'))).toEqual([`${hashOf(bytes)}.png`])
  expect(readFileSync(inputs.pathOf(hashOf(bytes))).equals(bytes)).toBe(true)
})

describe('what the engine would not take is refused', () => {
  const refused = async (bytes: Uint8Array, code: string): Promise<void> => {
    await expect(inputs.add(bytes)).rejects.toMatchObject({ code })
    expect(db.read.inputs.after('', 1)).toEqual([])
    expect(existsSync(join(dataDir, 'inputs')) ? readdirSync(join(dataDir, 'inputs')) : []).toEqual([])
  }

  test('other formats', async () => {
    await refused(Buffer.alloc(0), 'image-invalid')
    await refused(Buffer.from('hello'), 'image-invalid')
    await refused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'image-invalid')
  })

  test.each(['png', 'jpeg', 'webp', 'tiff'] as const)(
    'a %s that is cut short, or not one behind its head',
    async (format) => {
      const bytes = await picture(200, 200).toFormat(format).toBuffer()
      await refused(bytes.subarray(0, Math.floor(bytes.length * 0.6)), 'image-invalid')
      await refused(bytes.subarray(0, 20), 'image-invalid')
    },
  )

  test('too many pixels for the bytes it has', async () => {
    await refused(await picture(16_385, 1).png().toBuffer(), 'image-too-large')
    const bomb = await sharp({ create: { width: 16_000, height: 7_000, channels: 3, background: 'red' } })
      .png({ compressionLevel: 1 })
      .toBuffer()
    await refused(bomb, 'image-too-large')
  })

  test('files that are none, or too large', async () => {
    await expect(inputs.addFile(join(dataDir, 'nothing.png'))).rejects.toMatchObject({ code: 'image-not-found' })
    await expect(inputs.addFile(dataDir)).rejects.toMatchObject({ code: 'image-invalid' })
    const huge = join(dataDir, 'huge.png')
    writeFileSync(huge, '')
    truncateSync(huge, 256 * 1024 * 1024 + 1)
    await expect(inputs.addFile(huge)).rejects.toMatchObject({ code: 'image-too-large' })
    writeFileSync(huge, 'text')
    await expect(inputs.addFile(huge)).rejects.toThrow(/huge\.png.*no image/)
  })
})

describe('hostile rows', () => {
  test.each(['../secret.png', 'reprise.sqlite', 'inputs/link.png', 'images/x.png'])('%s is not served', (fileName) => {
    writeFileSync(join(dataDir, 'secret.png'), 'secret')
    for (const folder of ['inputs', 'images']) mkdirSync(join(dataDir, folder))
    writeFileSync(join(dataDir, 'images/x.png'), 'x')
    symlinkSync('/etc/hostname', join(dataDir, 'inputs/link.png'))
    const hash = 'c'.repeat(64)
    db.transaction((write) => {
      write.inputs.add({ hash, fileName, sizeBytes: 1, widthPx: 1, heightPx: 1, createdAtMs: 1 })
    })
    expect(() => inputs.pathOf(hash)).toThrow(expect.objectContaining({ code: 'image-file-missing' }))
  })

  test('an unknown hash is not found', () => {
    expect(() => inputs.get('0'.repeat(64))).toThrow(expect.objectContaining({ code: 'not-found' }))
    expect(() => inputs.pathOf('../x')).toThrow(expect.objectContaining({ code: 'not-found' }))
  })
})
