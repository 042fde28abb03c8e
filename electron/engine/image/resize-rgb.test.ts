import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ResizeMode } from '#shared/names.ts'
import { fromModelOutput, toModelInput } from './model-pixels.ts'
import { resizeRgb } from './resize-rgb.ts'
import { pixelHash, type RgbImage } from './rgb-image.ts'

interface Fixture {
  storeWholeBytes: number
  cases: [number, number, number, number, ResizeMode, string | null][]
  normalized: string
  decoded: string
  image01: string
  rgb: string
}
const fixture = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/image/resize.json', import.meta.url), 'utf8'),
) as Fixture

/** As `pixels` in test/oracles/resize.py. */
function pixels(widthPx: number, heightPx: number): RgbImage {
  const rgb = Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, i) => {
    let mixed = (Math.imul(i, 2654435761) + 12345) >>> 0
    mixed = Math.imul(mixed ^ (mixed >>> 15), 2246822519) >>> 0
    const value = mixed >>> 24
    return Math.floor(i / 7) % 3 === 1 ? (value > 127 ? 255 : 0) : value
  })
  return { widthPx, heightPx, rgb }
}

test.each(['stretch', 'crop', 'fill'] as const)('%s is bit-equal to diffusers on Pillow', (mode) => {
  const cases = fixture.cases.filter((entry) => entry[4] === mode)
  expect(cases.length).toBeGreaterThan(300)
  for (const [width, height, newWidth, newHeight, , expected] of cases) {
    const resize = () => resizeRgb(pixels(width, height), newWidth, newHeight, mode)
    const what = `${width} × ${height} → ${newWidth} × ${newHeight}`
    if (expected === null) {
      expect(resize, what).toThrow(expect.objectContaining({ code: 'image-invalid' }))
      continue
    }
    const result = resize()
    expect([result.widthPx, result.heightPx]).toEqual([newWidth, newHeight])
    if (result.rgb.length <= fixture.storeWholeBytes) {
      expect([...result.rgb], what).toEqual([...Buffer.from(expected, 'base64')])
    } else expect(pixelHash(result.rgb), what).toBe(expected)
  }
})

test('the input is neither changed nor handed out', () => {
  const image = pixels(4, 4)
  const result = resizeRgb(image, 4, 4, 'stretch')
  result.rgb.fill(0)
  expect(image.rgb).toEqual(pixels(4, 4).rgb)
})

function floats(base64: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer)
}

test('every byte becomes the float32 of diffusers', () => {
  const rgb = Uint8Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3))
  const data = toModelInput({ widthPx: 16, heightPx: 16, rgb })
  for (let c = 0; c < 3; c++) expect(data.subarray(c * 256, (c + 1) * 256)).toEqual(floats(fixture.normalized))
})

test('what the VAE gives becomes the floats and bytes of diffusers', () => {
  const image = fromModelOutput(floats(fixture.decoded), 8, 8)
  expect(image.image01).toEqual(floats(fixture.image01))
  expect([...image.rgb]).toEqual([...Buffer.from(fixture.rgb, 'base64')])
  expect(() => fromModelOutput(new Float32Array(5), 8, 8)).toThrow(expect.objectContaining({ code: 'shape-mismatch' }))
})
