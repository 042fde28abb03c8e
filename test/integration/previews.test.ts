/** Previews: there at every step, true to the image, and without any influence on it. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { generate } from '#engine/pipelines/generate.ts'
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import { PIPELINES_DIR, type ImageEvent } from './run-generation.ts'

type StepEvent = GenerationEvent & { type: 'step' }
type Preview = NonNullable<StepEvent['previews']>[number]

const STARTER = path.join(import.meta.dirname, '../../build/starter/model')

async function run(request: GenerationRequest): Promise<{ steps: StepEvent[]; images: ImageEvent[]; error?: unknown }> {
  const steps: StepEvent[] = []
  const images: ImageEvent[] = []
  const onEvent = (event: GenerationEvent): void => {
    if (event.type === 'step') steps.push(event)
    else if (event.type === 'image') images[event.item] = event
  }
  try {
    await generate(request, { signal: new AbortController().signal, onEvent })
    return { steps, images }
  } catch (error) {
    return { steps, images, error }
  }
}

function items(...prompts: string[]): GenerationRequest['items'] {
  return prompts.map((prompt, i) => ({ prompt, negativePrompt: '', seed: BigInt(i + 3) }))
}

describe.each(['sd1', 'sd2'])('%s', (model) => {
  it.each(['dpmpp_2m', 'euler_a'] as const)(
    'shows every image at every step and changes none, %s',
    async (scheduler) => {
      const request: GenerationRequest = {
        kind: 'text-to-image',
        modelDir: path.join(PIPELINES_DIR, 'models', model),
        numInferenceSteps: 3,
        scheduler,
        widthPx: 48,
        heightPx: 64,
        items: items('a red house', 'lake', 'green hill', 'fog', ''),
      }
      const without = await run(request)
      const shown = await run({ ...request, previews: true })
      expect(shown.images.map((image) => image.pixelHash)).toEqual(without.images.map((image) => image.pixelHash))
      expect(without.images).toHaveLength(5)
      expect(without.steps.filter((step) => step.previews)).toEqual([])

      expect(shown.steps).toHaveLength(without.steps.length)
      for (const { items: indices, previews } of shown.steps) {
        expect(previews?.map((preview) => preview.item)).toEqual(indices)
        for (const { widthPx, heightPx, pixels } of previews!) {
          expect(widthPx / heightPx).toBe(48 / 64)
          expect(pixels).toHaveLength(widthPx * heightPx * 3)
        }
      }
    },
  )
})

it('goes on without previews if the decoder has nothing to say', async () => {
  const modelDir = mkdtempSync(path.join(tmpdir(), 'reprise-previews-'))
  try {
    cpSync(path.join(PIPELINES_DIR, 'models/sd1'), modelDir, { recursive: true })
    const file = path.join(modelDir, 'vae/diffusion_pytorch_model.safetensors')
    const bytes = readFileSync(file)
    writeFileSync(file, bytes.fill(0xff, 8 + Number(bytes.readBigUInt64LE())))
    const { steps, error } = await run({
      kind: 'text-to-image',
      modelDir,
      numInferenceSteps: 3,
      previews: true,
      items: items('a red house'),
    })
    expect(steps).not.toEqual([])
    expect(steps.filter((step) => step.previews)).toEqual([])
    // the image itself, not its preview
    expect(error).toMatchObject({ code: 'not-finite', message: expect.stringContaining('decoded') as string })
  } finally {
    rmSync(modelDir, { recursive: true })
  }
})

it('shows on the starter model what the image becomes, its layout early', { timeout: 60_000 }, async () => {
  const { steps, images } = await run({
    kind: 'text-to-image',
    modelDir: STARTER,
    previews: true,
    items: items('the sea at night', 'a field on a sunny day', 'a red house'),
  })
  const likeness = (step: StepEvent): number[] =>
    step.previews!.map((preview) => correlation(preview.pixels, shrunk(images[preview.item], preview)))
  const [first, fifth, last] = [steps[0], steps[4], steps.at(-1)!].map(likeness)
  for (const value of last) expect(value).toBeGreaterThan(0.9)
  for (const value of fifth) expect(value).toBeGreaterThan(0.8)
  for (const value of first) expect(value).toBeGreaterThan(0.4)
})

/** The image at the preview's size, each square of pixels averaged. */
function shrunk(image: ImageEvent, { widthPx, heightPx }: Preview): number[] {
  const factor = image.widthPx / widthPx
  const means = Array<number>(widthPx * heightPx * 3).fill(0)
  image.pixels.forEach((value, at) => {
    const [color, x, y] = [at % 3, Math.floor(at / 3) % image.widthPx, Math.floor(at / 3 / image.widthPx)]
    means[(Math.floor(y / factor) * widthPx + Math.floor(x / factor)) * 3 + color] += value / factor ** 2
  })
  return means
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [a, b].map((values) => {
    const all = Array.from(values)
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length
    return all.map((value) => value - mean)
  })
  const dot = (u: number[], v: number[]): number => u.reduce((sum, value, i) => sum + value * v[i], 0)
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))
}
