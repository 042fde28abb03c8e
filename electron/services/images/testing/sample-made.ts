/** For tests: what the engine would give, of any size, every call with other pixels. */
import { createHash } from 'node:crypto'
import type { ImageSettings } from '#shared/generation.ts'
import type { MadeImage } from '../image-store.ts'

let count = 0

export function sampleMade(changes: Partial<ImageSettings> = {}): MadeImage {
  count += 1
  const { widthPx = 40, heightPx = 24 } = changes
  const pixels = Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, index) => (index * 7 + count * 31) & 255)
  return {
    widthPx,
    heightPx,
    pixels,
    pixelHash: createHash('sha256').update(pixels).digest('hex'),
    settings: {
      kind: 'text-to-image',
      prompt: 'mountains at sunset',
      negativePrompt: '',
      seed: 7n,
      numInferenceSteps: 20,
      guidanceScale: 7.5,
      widthPx,
      heightPx,
      scheduler: 'pndm',
      sigmas: 'default',
      modelName: 'starter',
      modelHash: 'a'.repeat(64),
      precision: 'float32',
      provider: 'cpu',
      engineVersion: '0.1.0',
      runtimeVersion: '1.30.0',
      ...changes,
    },
    durationMs: 1234.5,
    threadCount: 2,
  }
}
