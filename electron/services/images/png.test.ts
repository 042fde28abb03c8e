import { describe, expect, test } from 'vitest'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { encodePng } from './png.ts'

const pixels = Uint8Array.from({ length: 5 * 3 * 3 }, (_, index) => (index * 37) & 255)
const encode = (...text: [string, string][]): Promise<Buffer> => encodePng({ widthPx: 5, heightPx: 3, pixels, text })

function chunks(png: Buffer): { type: string; data: Buffer }[] {
  const found: { type: string; data: Buffer }[] = []
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    const typed = png.subarray(at + 4, at + 8 + length)
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(typed))
    found.push({ type: typed.toString('latin1', 0, 4), data: typed.subarray(4) })
    at += 12 + length
  }
  return found
}

test('pixels come back as they were', async () => {
  const { data, info } = await sharp(await encode(['a', 'b']))
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject({ width: 5, height: 3, channels: 3 })
  expect(new Uint8Array(data)).toEqual(pixels)
})

describe('text', () => {
  test('stands after the header, in order, tEXt where Latin-1 is enough', async () => {
    const found = chunks(await encode(['parameters', 'café\nSteps: 1'], ['reprise', '{"prompt":"山"}']))
    expect(found.map((chunk) => chunk.type).slice(0, 3)).toEqual(['IHDR', 'tEXt', 'iTXt'])
    expect(found.at(-1)?.type).toBe('IEND')
    expect(found[1]?.data.toString('latin1')).toBe('parameters\0café\nSteps: 1')
    expect(found[2]?.data.toString('utf8')).toBe('reprise\0\0\0\0\0{"prompt":"山"}')
  })

  test('is read back by libvips', async () => {
    const { comments } = await sharp(await encode(['parameters', 'plain'], ['other', '😀'])).metadata()
    expect(comments).toEqual(
      expect.arrayContaining([
        { keyword: 'parameters', text: 'plain' },
        { keyword: 'other', text: '😀' },
      ]),
    )
  })

  test('cannot break the chunk: no NUL, no lone surrogate', async () => {
    const found = chunks(await encode(['parameters', 'a\0b'], ['reprise', 'x\ud800y']))
    expect(found[1]?.data.toString('utf8')).toBe('parameters\0\0\0\0\0a\ufffdb')
    expect(found[2]?.data.toString('utf8')).toBe('reprise\0\0\0\0\0x\ufffdy')
  })
})
