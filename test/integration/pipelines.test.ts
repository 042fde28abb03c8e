/**
 * Whole pipelines against diffusers: latents after every step and the image before rounding, element by element.
 * Tolerance 1e-4 on latents and image (float32 sums in another order, over all layers and steps).
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readTensorFile } from '#engine/weights/read-tensor.ts'
import { expandBatch } from '#shared/batch.ts'
import { EMPTY_NEGATIVES, SCHEDULERS, SIGMA_SCHEDULES } from '#shared/names.ts'
import { PIPELINES_DIR, runGeneration } from './run-generation.ts'

const TOLERANCE = 1e-4

const Case = z.object({
  model: z.string(),
  prompts: z.array(z.string()),
  images_per_prompt: z.int().default(1),
  negative: z.string().default(''),
  seeds: z.array(z.string()),
  steps: z.int(),
  guidance: z.number(),
  width: z.int().optional(),
  height: z.int().optional(),
  scheduler: z.enum(SCHEDULERS).nullish(),
  sigmas: z.enum(SIGMA_SCHEDULES).optional(),
  images: z.array(z.string()).default([]),
  strength: z.number().optional(),
  empty_negative: z.enum(EMPTY_NEGATIVES).optional(),
  original_size: z.tuple([z.int(), z.int()]).optional(),
  target_size: z.tuple([z.int(), z.int()]).optional(),
  crop: z.tuple([z.int(), z.int()]).optional(),
  refiner: z.string().optional(),
  refiner_start: z.number().optional(),
})

const size = (given: readonly [number, number] | undefined): { widthPx: number; heightPx: number } | undefined =>
  given && { widthPx: given[0], heightPx: given[1] }

// another folder, made by `pipelines.py DIR --random SEED COUNT`, can be searched the same way
const dir = process.env.REPRISE_PIPELINE_CASES ?? PIPELINES_DIR
const cases = z.record(z.string(), Case).parse(JSON.parse(readFileSync(path.join(dir, 'cases.json'), 'utf8')))

describe.each(Object.entries(cases))('%s', (name, one) => {
  it('computes what diffusers computes', { timeout: 120_000 }, async () => {
    const run = await runGeneration({
      kind: one.images.length > 0 ? 'image-to-image' : 'text-to-image',
      modelDir: path.join(dir, 'models', one.model),
      items: expandBatch({
        prompts: one.prompts,
        negativePrompt: one.negative,
        imagesPerPrompt: one.images_per_prompt,
        seeds: one.seeds.map(BigInt),
        inputImages: one.images.map((image) => path.join(PIPELINES_DIR, 'inputs', image)),
      }),
      numInferenceSteps: one.steps,
      guidanceScale: one.guidance,
      widthPx: one.width,
      heightPx: one.height,
      scheduler: one.scheduler ?? undefined,
      sigmas: one.sigmas,
      strength: one.strength,
      emptyNegative: one.empty_negative,
      originalSize: size(one.original_size),
      targetSize: size(one.target_size),
      crop: one.crop && { xPx: one.crop[0], yPx: one.crop[1] },
      refinerDir: one.refiner && path.join(dir, 'models', one.refiner),
      refinerStart: one.refiner_start,
      threads: 1,
      trace: true,
    })
    const expected = await readTensorFile(path.join(dir, `${name}.safetensors`))
    expect(run.latents.size).toBe(expected.size - 1)
    for (const [step, latents] of run.latents) {
      const oracle = expected.get(`latents.${String(step).padStart(4, '0')}`)!
      expect(latents.shape).toEqual(oracle.shape)
      expect(largestDifference(latents.data, oracle.data), `latents of step ${step}`).toBeLessThan(TOLERANCE)
    }
    const images = Float32Array.from(run.images.flatMap((image) => [...image.image!]))
    expect(largestDifference(images, expected.get('image')!.data), 'image').toBeLessThan(TOLERANCE)
  })
})

/** Relative where values are large: |a − b| / max(1, |b|). */
function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]) / Math.max(1, Math.abs(b[i]))), 0)
}
