import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stringifyExact } from '#shared/exact-json.ts'
import type { ImageSettings } from '#shared/generation.ts'
import { cleanUp, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { imageText } from './image-text.ts'
import { encodePng } from './png.ts'
import { readImageSettings } from './read-image-settings.ts'
import { sampleMade } from './testing/sample-made.ts'

let path: string
beforeEach(() => {
  path = join(temporaryFolder(), 'image.png')
})
afterEach(cleanUp)

const read = async (bytes: Uint8Array): Promise<ImageSettings | undefined> => {
  await writeFile(path, bytes)
  return readImageSettings(path)
}
const png = async (text: [string, string][]): Promise<Buffer> => {
  const { widthPx, heightPx, pixels } = sampleMade()
  return encodePng({ widthPx, heightPx, pixels, text })
}
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const chunk = (type: string, data: Buffer, length = data.length): Buffer => {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const numbers = Buffer.alloc(8)
  numbers.writeUInt32BE(length, 0)
  numbers.writeUInt32BE(crc32(typed), 4)
  return Buffer.concat([numbers.subarray(0, 4), typed, numbers.subarray(4)])
}
const json = stringifyExact(sampleMade().settings)

describe('what is written is read back exactly', () => {
  test.each([
    ['a seed of 64 bits', { seed: 2n ** 64n - 1n }],
    ['Latin-1', { prompt: 'café' }],
    ['all of Unicode', { prompt: '山\n😀', negativePrompt: 'a\0b' }],
    ['image-to-image', { kind: 'image-to-image', strength: 0.3, inputImageHash: 'b'.repeat(64), resizeMode: 'crop' }],
    ['a long prompt', { prompt: '\u0001'.repeat(100_000) }],
  ] satisfies [string, Partial<ImageSettings>][])('%s', async (_name, changes) => {
    const { settings } = sampleMade(changes)
    expect(await read(await png(imageText(settings)))).toEqual(settings)
  })

  test('whatever is in the prompt', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.bigInt(0n, 2n ** 64n - 1n), async (prompt, seed) => {
        const { settings } = sampleMade({ prompt, seed })
        expect(await read(await png(imageText(settings)))).toEqual(settings)
      }),
      { numRuns: 15 },
    )
  })
})

describe('files that are not ours, or lie', () => {
  test.each([
    ['an empty file', Buffer.alloc(0)],
    ['text', Buffer.from('not a PNG at all, but long enough')],
    ['a signature alone', SIGNATURE],
    ['a length beyond the end', Buffer.concat([SIGNATURE, chunk('tEXt', Buffer.from(`reprise\0${json}`), 0xffffffff)])],
    ['a length that reaches into nothing', Buffer.concat([SIGNATURE, chunk('tEXt', Buffer.from('reprise\0'), 500)])],
    ['no JSON', Buffer.concat([SIGNATURE, chunk('tEXt', Buffer.from('reprise\0{'))])],
    ['other JSON', Buffer.concat([SIGNATURE, chunk('tEXt', Buffer.from('reprise\0{"seed": 1}'))])],
    ['JSON too deep', Buffer.concat([SIGNATURE, chunk('tEXt', Buffer.from(`reprise\0${'['.repeat(1e6)}`))])],
    ['a seed too large', Buffer.concat([SIGNATURE, chunk('tEXt', seeded('18446744073709551616'))])],
    ['a seed that is no integer', Buffer.concat([SIGNATURE, chunk('tEXt', seeded('1e3'))])],
    ['a compressed iTXt', Buffer.concat([SIGNATURE, chunk('iTXt', Buffer.from(`reprise\0\u0001\0\0\0${json}`))])],
    ['an iTXt without its ends', Buffer.concat([SIGNATURE, chunk('iTXt', Buffer.from('reprise\0\0\0abc'))])],
    ['text behind the pixels', Buffer.concat([SIGNATURE, chunk('IDAT', Buffer.alloc(9)), ours()])],
    [
      'chunks without end',
      Buffer.concat([SIGNATURE, ...Array.from({ length: 2000 }, () => chunk('tEXt', Buffer.from('a\0'))), ours()]),
    ],
    ['another keyword', Buffer.concat([SIGNATURE, chunk('tEXt', Buffer.from(`reprised\0${json}`))])],
    ['a damaged chunk', ((bytes) => bytes.fill(0x20, 40, 41))(Buffer.concat([SIGNATURE, ours()]))],
  ])('%s', async (_name, bytes) => {
    expect(await read(bytes)).toBeUndefined()
  })

  test('a text of gigabytes is not read', async () => {
    const file = await open(path, 'w')
    const header = Buffer.concat([SIGNATURE, chunk('tEXt', Buffer.from('reprise\0'), 0x7fffffff).subarray(0, -4)])
    await file.write(header)
    // sparse: nothing of it is on disk
    await file.truncate(0x80001000)
    await file.close()
    const before = process.memoryUsage().rss
    expect(await readImageSettings(path)).toBeUndefined()
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
  })
})

function ours(): Buffer {
  return chunk('tEXt', Buffer.from(`reprise\0${stringifyExact(sampleMade().settings)}`))
}

function seeded(seed: string): Buffer {
  return Buffer.from(`reprise\0${stringifyExact(sampleMade().settings).replace(/"seed":\d+/, `"seed":${seed}`)}`)
}
