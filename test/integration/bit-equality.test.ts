/**
 * An image is a function of its settings and of nothing else: each image of a batch of five, alone, in other
 * batches, with other neighbours, and with one or two threads, has the same pixels and the same latents.
 * `sd1` has channel counts that the runtime's fast kernels do not take, `sd2` ordinary ones.
 */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { GenerationItem, GenerationRequest } from '#shared/generation.ts'
import { PIPELINES_DIR, runGeneration } from './run-generation.ts'

const INPUT = path.join(PIPELINES_DIR, 'inputs')
const ITEMS: readonly GenerationItem[] = [
  { prompt: 'a red house', negativePrompt: '', seed: 1n },
  { prompt: 'lake in fog, watercolor', negativePrompt: 'red', seed: 2n },
  { prompt: 'a red house', negativePrompt: '', seed: 3n },
  { prompt: '', negativePrompt: 'fog', seed: 2n ** 64n - 1n },
  { prompt: 'green hill', negativePrompt: '', seed: 2n },
]
const GROUPS = [[0], [1], [2], [3], [4], [3, 1], [4, 0, 2], [1, 2, 3, 4], [4, 3, 2, 1, 0]]

describe.each(['sd1', 'sd2', 'xl'])('%s', (model) => {
  describe.each([
    { kind: 'text-to-image', guidanceScale: 6, scheduler: 'euler_a', size: { widthPx: 72, heightPx: 104 } },
    { kind: 'text-to-image', guidanceScale: 1, scheduler: 'dpmpp_2m', size: { widthPx: 64, heightPx: 64 } },
    { kind: 'image-to-image', guidanceScale: 4, scheduler: 'euler_a', size: {} },
  ] as const)('$kind, guidance $guidanceScale, $scheduler', ({ kind, guidanceScale, scheduler, size }) => {
    const request = (indices: readonly number[], threads: number): GenerationRequest => ({
      kind,
      guidanceScale,
      scheduler,
      ...size,
      modelDir: path.join(PIPELINES_DIR, 'models', model),
      numInferenceSteps: 3,
      strength: kind === 'image-to-image' ? 0.8 : undefined,
      items: indices.map((i) => ({
        ...ITEMS[i],
        ...(kind === 'image-to-image' ? { inputImage: path.join(INPUT, i % 2 ? 'a.png' : 'odd.png') } : {}),
      })),
      threads,
    })
    const hashes = async (indices: readonly number[], threads: number): Promise<string[]> =>
      (await runGeneration(request(indices, threads))).images.map((image) => image.pixelHash)

    it('makes the same pixels in every batch and with every number of threads', { timeout: 120_000 }, async () => {
      const together = await hashes([0, 1, 2, 3, 4], 1)
      expect(new Set(together).size).toBe(5)
      for (const threads of [1, 2]) {
        for (const group of GROUPS) {
          expect(await hashes(group, threads), `images ${group.join(', ')}, ${threads} threads`).toEqual(
            group.map((i) => together[i]),
          )
        }
      }
    })
  })
})
