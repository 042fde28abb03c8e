/** Runs the engine in this process and gathers what it tells, for tests that compare numbers. */
import path from 'node:path'
import { generate } from '#engine/pipelines/generate.ts'
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import { elementCount, type Tensor } from '#engine/tensor/tensor.ts'

export const PIPELINES_DIR = path.join(import.meta.dirname, '../fixtures/pipelines')

export type ImageEvent = GenerationEvent & { type: 'image' }

export interface GatheredRun {
  readonly images: ImageEvent[]
  readonly warnings: string[]
  readonly microBatches: number[][]
  /** Step (1-based) → latents of all items in order, [N, C, h, w]; only with `trace`. */
  readonly latents: Map<number, Tensor>
}

export async function runGeneration(request: GenerationRequest): Promise<GatheredRun> {
  const run: GatheredRun = { images: [], warnings: [], microBatches: [], latents: new Map() }
  await generate(request, {
    signal: new AbortController().signal,
    onEvent: (event) => {
      if (event.type === 'image') run.images[event.item] = event
      else if (event.type === 'warning') run.warnings.push(event.message)
      else if (event.type === 'plan') run.microBatches.push(...event.microBatches)
      else if (event.type === 'step' && event.latents)
        keepLatents(run.latents, request.items.length, event.step, event.items, event.latents)
    },
  })
  return run
}

function keepLatents(
  all: Map<number, Tensor>,
  itemCount: number,
  step: number,
  items: readonly number[],
  { shape, data }: Tensor,
): void {
  const perImage = elementCount(shape.slice(1))
  const joined = all.get(step) ?? {
    shape: [itemCount, ...shape.slice(1)],
    data: new Float32Array(itemCount * perImage),
  }
  items.forEach((item, i) => {
    joined.data.set(data.subarray(i * perImage, (i + 1) * perImage), item * perImage)
  })
  all.set(step, joined)
}
