import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { foreignImage } from './foreign-image.ts'

const fixture = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '../../../test/fixtures/metadata', name))

test('its pixels, and what of its settings means something here', async () => {
  const image = await foreignImage(fixture('forge.png'))
  expect(image).toMatchObject({ extension: 'png', widthPx: 8, heightPx: 8, read: { source: 'forge' } })
  // without its scheduler and sigmas, which are not understood
  expect(image.settings).toEqual({
    prompt: 'a boat',
    negativePrompt: 'text',
    seed: 7n,
    numInferenceSteps: 8,
    guidanceScale: 2,
    modelName: 'boats',
  })
  const pixels = Uint8Array.from({ length: 192 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % 8, Math.floor(at / 24)]
    return [x * 32, y * 32, (x ^ y) * 32][at % 3]
  })
  expect(image.pixelHash).toBe(createHash('sha256').update(pixels).digest('hex'))
})

test('grey, transparent and turned pictures have RGB pixels too', async () => {
  const size = { width: 4, height: 2 }
  const grey = await sharp(Buffer.alloc(8, 100), { raw: { ...size, channels: 1 } })
    .png()
    .toBuffer()
  const colour = await sharp(Buffer.alloc(24, 100), { raw: { ...size, channels: 3 } })
    .png()
    .toBuffer()
  const clear = await sharp(Buffer.alloc(32, 100), { raw: { ...size, channels: 4 } })
    .png()
    .toBuffer()
  const hashes = await Promise.all([grey, colour, clear].map(async (png) => (await foreignImage(png)).pixelHash))
  expect(new Set(hashes).size).toBe(1)
  const turned = await sharp(colour).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  expect(await foreignImage(turned)).toMatchObject({ extension: 'jpg', widthPx: 2, heightPx: 4, settings: {} })
})

test('what is no image is refused', async () => {
  await expect(foreignImage(Buffer.from('no image'))).rejects.toMatchObject({ code: 'image-invalid' })
  await expect(foreignImage(fixture('forge.png').subarray(0, 300))).rejects.toMatchObject({ code: 'image-invalid' })
})
