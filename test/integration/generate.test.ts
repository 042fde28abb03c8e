/** What generate() refuses, warns of and leaves out, on the tiny checkpoints. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generate } from '#engine/pipelines/generate.ts'
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import { PIPELINES_DIR, runGeneration } from './run-generation.ts'

const MODEL = path.join(PIPELINES_DIR, 'models/sd1')
const base: GenerationRequest = {
  kind: 'text-to-image',
  modelDir: MODEL,
  items: [{ prompt: 'a red house', negativePrompt: '', seed: 1n }],
  numInferenceSteps: 3,
}
const fails = (request: Partial<GenerationRequest>, code: string, message: RegExp): Promise<void> =>
  expect(runGeneration({ ...base, ...request })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
  })

describe('requests that cannot be run', () => {
  const image = (file: string): Partial<GenerationRequest> => ({
    kind: 'image-to-image',
    items: [{ ...base.items[0], inputImage: path.join(PIPELINES_DIR, 'inputs', file) }],
  })

  it.each([
    ['size-not-divisible', { widthPx: 33 }, /width 33 .* multiple of 4.* 32 or 36/],
    ['size-not-divisible', { heightPx: 2 }, /nearest: 4$/],
    ['steps-out-of-range', { numInferenceSteps: 0 }, /1 to 1000/],
    ['steps-out-of-range', { numInferenceSteps: 1001 }, /1 to 1000/],
    ['invalid-argument', { scheduler: 'ddim', sigmas: 'karras' }, /euler/],
    ['invalid-argument', { guidanceScale: Infinity }, /finite/],
    ['strength-out-of-range', { ...image('a.png'), strength: 0 }, /above 0/],
    ['strength-out-of-range', { ...image('a.png'), strength: 0.1 }, /0\.3/],
    ['strength-out-of-range', { ...image('a.png'), strength: NaN }, /above 0/],
    ['image-not-found', image('none.png'), /none\.png/],
    [
      'trace-sizes-differ',
      { ...image('a.png'), items: [...image('a.png').items!, ...image('odd.png').items!], trace: true },
      /48 × 32, 52 × 36/,
    ],
    ['memory-limit-too-small', { maxMemoryBytes: 1000 }, /raise --max-memory/],
    ['model-not-found', { modelDir: '/nowhere' }, /nowhere/],
  ] as [string, Partial<GenerationRequest>, RegExp][])('%s (%#)', (code, request, message) =>
    fails(request, code, message),
  )
})

describe('a damaged model', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'reprise-damaged-'))
    cpSync(MODEL, dir, { recursive: true })
  })
  afterEach(() => {
    rmSync(dir, { recursive: true })
  })
  const unet = (): string => path.join(dir, 'unet/diffusion_pytorch_model.safetensors')
  const edit = (file: string, from: string, to: string): void => {
    const bytes = readFileSync(file)
    const at = bytes.indexOf(from)
    expect(at).toBeGreaterThan(0)
    bytes.write(to, at)
    writeFileSync(file, bytes)
  }

  it('names a missing tensor before anything is computed', async () => {
    edit(unet(), '"conv_in.bias"', '"conv_xx.bias"')
    await fails({ modelDir: dir }, 'tensor-missing', /unet.*conv_in\.bias/)
  })

  it('names a tensor of the wrong shape, expected and found', async () => {
    const config = path.join(dir, 'unet/config.json')
    writeFileSync(config, readFileSync(config, 'utf8').replace('"in_channels": 4', '"in_channels": 5'))
    await fails({ modelDir: dir }, 'architecture-unsupported', /takes 5/)
    writeFileSync(config, readFileSync(config, 'utf8').replace('"in_channels": 5', '"in_channels": 4'))
    const vae = path.join(dir, 'vae/config.json')
    writeFileSync(vae, readFileSync(vae, 'utf8').replace('"layers_per_block": 1', '"layers_per_block": 2'))
    await fails({ modelDir: dir }, 'tensor-missing', /vae.*resnets\.1/)
  })

  it('stops at the first step that is not a number', async () => {
    const bytes = readFileSync(unet())
    bytes.fill(0xff, bytes.length - 4000)
    writeFileSync(unet(), bytes)
    await fails({ modelDir: dir }, 'not-finite', /latents of step 1/)
  })
})

describe('what a run tells', () => {
  it('warns once of a prompt that is cut, and names the part', async () => {
    const prompt = `${'lake '.repeat(80)}sunset`
    const { warnings } = await runGeneration({
      ...base,
      items: [
        { ...base.items[0], prompt },
        { ...base.items[0], prompt },
      ],
    })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('77 tokens')
  })

  it('stops between two steps when cancelled, and keeps the images told before', async () => {
    const controller = new AbortController()
    const events: GenerationEvent[] = []
    const items = Array.from({ length: 3 }, (_, i) => ({ ...base.items[0], seed: BigInt(i) }))
    const run = generate(
      { ...base, items },
      {
        signal: controller.signal,
        onEvent: (event) => {
          events.push(event)
          if (event.type === 'step' && events.some((one) => one.type === 'image')) controller.abort()
        },
      },
    )
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect(events.filter((event) => event.type === 'image')).toHaveLength(1)
  })

  it('runs no unconditional pass without guidance: the negative prompt changes nothing', async () => {
    const hash = async (negativePrompt: string): Promise<string> => {
      const run = await runGeneration({ ...base, guidanceScale: 1, items: [{ ...base.items[0], negativePrompt }] })
      return run.images[0].pixelHash
    }
    expect(await hash('fog')).toBe(await hash(''))
  })
})
