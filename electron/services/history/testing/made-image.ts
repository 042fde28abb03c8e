/** For tests: images as the engine hands them over, without an engine. */
import { createHash } from 'node:crypto'
import { ImageSettingsSchema, type ImageSettings } from '#shared/generation.ts'
import { sampleImage } from '../../../db/testing/studio-folder.ts'
import type { MadeImage } from '../../images/image-store.ts'

interface Changes extends Partial<ImageSettings> {
  pixels?: Uint8Array<ArrayBuffer>
}

/** 16 × 8 pixels unless it is told otherwise; a pattern that no two pixels of a row share. */
export function madeImage({ pixels: given, ...changes }: Changes = {}): MadeImage {
  const settings = ImageSettingsSchema.parse(sampleImage({ widthPx: 16, heightPx: 8, ...changes }))
  const { widthPx, heightPx } = settings
  const pixels = given ?? Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, at) => (at * 5) % 251)
  return {
    widthPx,
    heightPx,
    pixels,
    pixelHash: createHash('sha256').update(pixels).digest('hex'),
    settings,
    durationMs: 1500.4,
    threadCount: 2,
  }
}
