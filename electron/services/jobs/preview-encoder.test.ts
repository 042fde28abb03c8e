import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { EventPayload } from '#shared/contract/events.ts'
import { PreviewEncoder } from './preview-encoder.ts'

const preview = (red: number) => ({
  widthPx: 16,
  heightPx: 8,
  pixels: Uint8Array.from({ length: 16 * 8 * 3 }, (_, i) => (i % 3 === 0 ? red : 0)),
})

function encoder(): { told: EventPayload<'item.preview'>[]; previews: PreviewEncoder } {
  const told: EventPayload<'item.preview'>[] = []
  return { told, previews: new PreviewEncoder((one) => told.push(one)) }
}

test('a preview is a WebP of the same size and colour', async () => {
  const { told, previews } = encoder()
  await previews.encode(5, 3, preview(200))
  expect(told).toMatchObject([{ itemId: 5, step: 3, widthPx: 16, heightPx: 8 }])
  const { data, info } = await sharp(told[0].bytes).raw().toBuffer({ resolveWithObject: true })
  expect((await sharp(told[0].bytes).metadata()).format).toBe('webp')
  expect([info.width, info.height, Math.abs(data[0] - 200) < 8]).toEqual([16, 8, true])
})

test('what comes while one is being encoded is dropped, item by item', async () => {
  const { told, previews } = encoder()
  await Promise.all(
    [1, 2, 3].map((step) => previews.encode(5, step, preview(step))).concat(previews.encode(6, 1, preview(9))),
  )
  expect(told.map(({ itemId, step }) => [itemId, step]).sort()).toEqual([
    [5, 1],
    [6, 1],
  ])
  await previews.encode(5, 4, preview(4))
  expect(told.at(-1)).toMatchObject({ itemId: 5, step: 4 })
})

test('one that comes after its image is not told, nor one that cannot be encoded', async () => {
  const { told, previews } = encoder()
  const late = previews.encode(5, 1, preview(1))
  previews.forget(5)
  await late
  await previews.encode(6, 1, { widthPx: 16, heightPx: 8, pixels: new Uint8Array(5) })
  expect(told).toEqual([])
  await previews.encode(6, 2, preview(1))
  expect(told).toHaveLength(1)
})
