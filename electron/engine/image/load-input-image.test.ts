import { createHash } from 'node:crypto'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadInputImage } from './load-input-image.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'reprise-image-'))
})
afterAll(() => rm(dir, { recursive: true }))

let count = 0
async function file(bytes: Uint8Array | string): Promise<string> {
  const path = join(dir, `image-${count++}`)
  await writeFile(path, bytes)
  return path
}
const load = async (bytes: Uint8Array | string) => loadInputImage(await file(bytes))

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const bytes = Buffer.alloc(body.length + 8)
  bytes.writeUInt32BE(data.length, 0)
  body.copy(bytes, 4)
  bytes.writeUInt32BE(crc32(body), body.length + 4)
  return bytes
}

/** A PNG by hand, so that what is expected is known from no decoder. colourType 2: RGB, 6: RGBA. */
function png(width: number, height: number, bits: 8 | 16, colourType: 2 | 6, pixels: Uint8Array, more: Buffer[] = []) {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([bits, colourType, 0, 0, 0], 8)
  const stride = pixels.length / height
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.concat([Buffer.from([0]), pixels.subarray(y * stride, (y + 1) * stride)]),
  )
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...more,
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
const noise = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 2654435761) >>> 24)

test('an RGB PNG gives its bytes, and the hash of the file', async () => {
  const pixels = noise(31 * 17 * 3)
  const bytes = png(31, 17, 8, 2, pixels)
  expect(await load(bytes)).toEqual({
    widthPx: 31,
    heightPx: 17,
    rgb: pixels,
    fileHash: createHash('sha256').update(bytes).digest('hex'),
  })
})

test('a gamma chunk changes nothing, as in Pillow', async () => {
  const pixels = noise(5 * 4 * 3)
  const gamma = chunk('gAMA', Buffer.from([0, 0, 0xb1, 0x8f]))
  expect((await load(png(5, 4, 8, 2, pixels, [gamma]))).rgb).toEqual(pixels)
})

test('transparency lies over white', async () => {
  const { rgb } = await load(png(3, 1, 8, 6, Uint8Array.from([10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 51])))
  expect([...rgb]).toEqual([10, 20, 30, 255, 255, 255, 204, 204, 204])
})

test('of 16 bits the upper 8 are kept', async () => {
  const { rgb } = await load(png(1, 2, 16, 2, Uint8Array.from([1, 255, 2, 0, 3, 128, 255, 255, 128, 0, 127, 255])))
  expect([...rgb]).toEqual([1, 2, 3, 255, 128, 127])
})

test('EXIF orientation turns the image upright', async () => {
  const pixels = noise(4 * 2 * 3)
  const turned = await sharp(pixels, { raw: { width: 4, height: 2, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .png()
    .toBuffer()
  const image = await load(turned)
  expect([image.widthPx, image.heightPx]).toEqual([2, 4])
  // turned by 90° clockwise: the upper left is what was lower left
  expect([...image.rgb.subarray(0, 3)]).toEqual([...pixels.subarray(12, 15)])
})

test('an sRGB profile changes nothing, another is converted from', async () => {
  const pixels = noise(16 * 16 * 3)
  const source = () => sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } })
  expect((await load(await source().withIccProfile('srgb').png().toBuffer())).rgb).toEqual(pixels)
  const green = Uint8Array.from([0, 200, 0])
  const p3 = await sharp(green, { raw: { width: 1, height: 1, channels: 3 } })
    .withIccProfile('p3', { attach: true })
    .png()
    .toBuffer()
  const { rgb } = await load(p3)
  // the file holds P3 numbers for this green, (91, 196, 49) or so; it comes back as itself
  expect(Math.max(...[...rgb].map((value, i) => Math.abs(value - green[i])))).toBeLessThanOrEqual(3)
})

test.each(['jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)(
  '%s is read, and refused when cut short',
  async (format) => {
    const bytes = await sharp(noise(64 * 48 * 3), { raw: { width: 64, height: 48, channels: 3 } })
      .toFormat(format)
      .toBuffer()
    expect(await load(bytes)).toMatchObject({ widthPx: 64, heightPx: 48 })
    for (const part of [0.05, 0.5, 0.95]) {
      await expect(load(bytes.subarray(0, bytes.length * part))).rejects.toMatchObject({ code: 'image-invalid' })
    }
  },
)

test('a PNG is refused wherever it is cut', async () => {
  const bytes = png(9, 7, 8, 2, noise(9 * 7 * 3))
  for (let length = 0; length < bytes.length; length++) {
    await expect(load(bytes.subarray(0, length))).rejects.toMatchObject({ code: 'image-invalid' })
  }
  expect(await load(Buffer.concat([bytes, Buffer.from('more')]))).toMatchObject({ widthPx: 9 })
})

test('greyscale, CMYK, palettes and animations become RGB', async () => {
  const grey = sharp({ create: { width: 8, height: 8, channels: 3, background: '#808080' } })
  const forms = [
    await grey.clone().greyscale().png().toBuffer(),
    await grey.clone().toColourspace('cmyk').jpeg().toBuffer(),
    await grey.clone().png({ palette: true }).toBuffer(),
    await sharp([await grey.clone().png().toBuffer(), await grey.clone().negate().png().toBuffer()], {
      join: { animated: true },
    })
      .gif()
      .toBuffer(),
  ]
  for (const bytes of forms) {
    const image = await load(bytes)
    expect([image.widthPx, image.heightPx, image.rgb.length]).toEqual([8, 8, 192])
    // CMYK goes through a printing profile, there and back
    expect(Math.abs(image.rgb[100] - 128)).toBeLessThanOrEqual(16)
  }
})

test.each<[string, string | Uint8Array]>([
  ['nothing', ''],
  ['text', 'hello'],
  ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
  ['PDF', '%PDF-1.7'],
  ['BMP', 'BM'.padEnd(100, '\0')],
  ['a PNG in name only', '\x89PNG\r\n\x1a\n'],
])('not an image: %s', async (_what, bytes) => {
  await expect(load(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)).rejects.toMatchObject({
    code: 'image-invalid',
  })
})

test('too large: by its header alone, nothing is decoded', async () => {
  const huge = (width: number, height: number) => load(png(width, height, 8, 2, Buffer.alloc(height)))
  await expect(huge(20_000, 10)).rejects.toThrow(/20000 × 10 pixels; at most 16384 a side and 100 megapixels/)
  await expect(huge(16_000, 16_000)).rejects.toMatchObject({ code: 'image-too-large' })
  const path = await file('')
  const handle = await open(path, 'r+')
  await handle.truncate(2 ** 28 + 1)
  await handle.close()
  await expect(loadInputImage(path)).rejects.toThrow(/268435457 bytes; at most 268435456/)
})

test('not there, or no file', async () => {
  await expect(loadInputImage(join(dir, 'absent.png'))).rejects.toMatchObject({ code: 'image-not-found' })
  await expect(loadInputImage(dir)).rejects.toMatchObject({ code: 'image-invalid' })
})
