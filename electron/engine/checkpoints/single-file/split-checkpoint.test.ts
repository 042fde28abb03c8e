import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSafetensorsHeader } from '#engine/weights/safetensors-header.ts'
import type { NamedTensor } from '#engine/weights/read-tensor.ts'
import { writeSafetensors } from '#engine/weights/safetensors-writer.ts'
import type { TensorEntry } from '#engine/weights/weights.ts'
import { splitCheckpoint, type SplitCheckpoint } from './split-checkpoint.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-split-'))
})
afterAll(() => rm(root, { recursive: true }))

/** Made by test/oracles/single_file.py: where diffusers' converters find each tensor. */
interface Oracle {
  readonly original: Record<string, number[]>
  readonly components: Record<
    string,
    { config: Record<string, unknown>; tensors: Record<string, [original: string, third: number, transposed: boolean]> }
  >
}
function oracleOf(name: string): Oracle {
  const file = join(import.meta.dirname, '../../../../test/fixtures/single-file', `${name}.json.gz`)
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as Oracle
}
const product = (shape: readonly number[]) => shape.reduce((all, n) => all * n, 1)

/** A header of full size, without the gigabytes behind it. */
function headerOf(shapes: Record<string, readonly number[]>, metadata: Record<string, string> = {}) {
  let offset = 8
  const entries = Object.entries(shapes).map(([name, shape]): TensorEntry => {
    const byteLength = product(shape) * 2
    const entry = { name, dtype: 'F16', shape, file: '/models/x.safetensors', offset, byteLength }
    offset += byteLength
    return entry
  })
  return { file: '/models/x.safetensors', entries, metadata }
}

const CASES = {
  'sd-1.5': ['stable-diffusion-1', 'StableDiffusionPipeline'],
  'sd-1.5-inpainting': ['stable-diffusion-1', 'StableDiffusionInpaintPipeline'],
  'sd-2.1': ['stable-diffusion-2', 'StableDiffusionPipeline'],
  sdxl: ['stable-diffusion-xl', 'StableDiffusionXLPipeline'],
  'sdxl-refiner': ['stable-diffusion-xl-refiner', 'StableDiffusionXLImg2ImgPipeline'],
  'ssd-1b': ['stable-diffusion-xl', 'StableDiffusionXLPipeline'],
} as const
const NAMES = Object.keys(CASES) as (keyof typeof CASES)[]

/** What the telltale norm of SD 2 would say has to be read from the file; the header alone says the rest. */
const SETTINGS = { predictionType: 'epsilon' } as const

test.each(NAMES)('%s: every tensor is where diffusers finds it', async (name) => {
  const oracle = oracleOf(name)
  const header = headerOf(oracle.original)
  const byName = new Map(header.entries.map((entry) => [entry.name, entry]))
  const split = await splitCheckpoint(header, SETTINGS)
  expect(split).toMatchObject({ family: CASES[name][0], missing: [], modelIndex: { _class_name: CASES[name][1] } })
  expect(Object.keys(split.components).sort()).toEqual(Object.keys(oracle.components).sort())
  for (const [component, { tensors }] of Object.entries(oracle.components)) {
    const { weights } = split.components[component as 'unet']!
    const found: Record<string, unknown> = {}
    for (const tensor of weights.names()) {
      const { shape, offset, byteLength, transposed } = weights.get(tensor)!
      found[tensor] = { elements: product(shape), offset, byteLength, transposed: transposed === true }
    }
    const expected = Object.entries(tensors).map(([tensor, [original, third, transposed]]) => {
      const { offset, byteLength } = byName.get(original)!
      const length = third < 0 ? byteLength : byteLength / 3
      return [
        tensor,
        { elements: length / 2, offset: offset + Math.max(third, 0) * length, byteLength: length, transposed },
      ]
    })
    expect(found).toEqual(Object.fromEntries(expected))
  }
})

/** One value counts for every level. */
const perLevel = (value: unknown): unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : Array<unknown>(4).fill(value)

test.each(NAMES)('%s: configs are those of the folders', async (name) => {
  const oracle = oracleOf(name)
  const split = await splitCheckpoint(headerOf(oracle.original), SETTINGS)
  for (const [component, { config: expected }] of Object.entries(oracle.components)) {
    const { config } = split.components[component as 'unet']!
    for (const [field, value] of Object.entries(expected)) {
      const [a, b] = [config[field], value].map((side) => perLevel(side))
      const levels = Math.min(a.length, b.length)
      // of levels without attention nothing counts
      const down = oracle.components.unet.config.down_block_types as string[]
      const counts = (level: number) => field !== 'transformer_layers_per_block' || down[level] !== 'DownBlock2D'
      const shown = (side: unknown[]) => side.slice(0, levels).map((each, i) => (counts(i) ? flat(each) : null))
      expect([field, shown(a)]).toEqual([field, shown(b)])
    }
  }
})
/** [2, 2] says of a level's resnets what 2 says. */
function flat(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return value.every((each) => each === value[0]) ? (value[0] as unknown) : value
}

test('averaged twins of the weights are left alone', async () => {
  const { original } = oracleOf('sd-1.5')
  const twins = Object.keys(original)
    .filter((name) => name.startsWith('model.diffusion_model.'))
    .map((name) => [`model_ema.${name.slice('model.'.length).replaceAll('.', '')}`, original[name]] as const)
  const plain = await splitCheckpoint(headerOf(original))
  const both = await splitCheckpoint(headerOf({ ...original, ...Object.fromEntries(twins) }))
  expect([...both.components.unet!.weights.names()]).toEqual([...plain.components.unet!.weights.names()])
})

test('what is not in the file is named', async () => {
  const { original } = oracleOf('sdxl')
  const without = (...prefixes: string[]) =>
    Object.fromEntries(Object.entries(original).filter(([name]) => !prefixes.some((prefix) => name.startsWith(prefix))))
  expect((await splitCheckpoint(headerOf(without('first_stage_model.')))).missing).toEqual(['vae'])
  expect((await splitCheckpoint(headerOf(without('conditioner.')))).missing).toEqual(['text_encoder', 'text_encoder_2'])
  await expect(splitCheckpoint(headerOf(without('model.diffusion_model.')))).rejects.toMatchObject({
    code: 'architecture-unsupported',
  })
  await expect(splitCheckpoint(headerOf(without('model.diffusion_model.out.2.')))).rejects.toMatchObject({
    code: 'tensor-missing',
  })
})

test('parts that Stable Diffusion has not are refused by name', async () => {
  const { original } = oracleOf('sd-1.5')
  const odd = 'model.diffusion_model.input_blocks.1.2.temporal.weight'
  await expect(splitCheckpoint(headerOf({ ...original, [odd]: [1] }))).rejects.toThrow('input_blocks.1.2.temporal')
})

test('old files without text_model., and the guidance embedding of consistency models', async () => {
  const { original } = oracleOf('sd-1.5')
  const renamed = Object.fromEntries(
    Object.entries(original).map(([name, shape]) => [name.replace('transformer.text_model.', 'transformer.'), shape]),
  )
  const { components } = await splitCheckpoint(
    headerOf({ ...renamed, 'model.diffusion_model.time_embed.cond_proj.weight': [320, 256] }),
  )
  expect(components.text_encoder!.weights.has('text_model.final_layer_norm.weight')).toBe(true)
  expect(components.unet!.config.time_cond_proj_dim).toBe(256)
  expect(components.unet!.weights.has('time_embedding.cond_proj.weight')).toBe(true)
})

const prediction = ({ prediction: found, schedulerConfig }: SplitCheckpoint) => ({ ...found, ...schedulerConfig })

test('what is predicted: a setting goes before metadata, they before marker tensors, they before the family', async () => {
  const { original } = oracleOf('sdxl')
  const marked = { ...original, v_pred: [0], ztsnr: [0] }
  const metadata = { 'modelspec.prediction_type': 'epsilon' }
  expect(prediction(await splitCheckpoint(headerOf(original)))).toMatchObject({
    type: 'epsilon',
    source: 'family',
    _class_name: 'EulerDiscreteScheduler',
  })
  expect(prediction(await splitCheckpoint(headerOf(marked)))).toMatchObject({
    source: 'tensors',
    prediction_type: 'v_prediction',
    rescale_betas_zero_snr: true,
  })
  expect(prediction(await splitCheckpoint(headerOf(marked, metadata)))).toMatchObject({
    type: 'epsilon',
    source: 'metadata',
  })
  const set = await splitCheckpoint(headerOf(marked, metadata), { predictionType: 'v_prediction' })
  expect(prediction(set)).toMatchObject({ type: 'v_prediction', source: 'setting' })
  for (const refused of [
    splitCheckpoint(headerOf(original, { 'modelspec.prediction_type': 'flow' })),
    splitCheckpoint(headerOf({ ...original, edm_mean: [1, 4, 1, 1] })),
  ]) {
    await expect(refused).rejects.toMatchObject({ code: 'architecture-unsupported' })
  }
})

test('Stable Diffusion 2 tells by the spread of one norm, or the step that it was saved at', async () => {
  const { original } = oracleOf('sd-2.1')
  const telltale = 'model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias'
  const split = async (spread: number, extra: Record<string, number> = {}) => {
    const file = join(root, `sd2-${spread}.safetensors`)
    const norm = { shape: [320], data: Float32Array.from({ length: 320 }, (_, i) => (i % 2 === 0 ? spread : -spread)) }
    const tensors = new Map<string, NamedTensor>([[telltale, norm]])
    for (const [name, value] of Object.entries(extra)) tensors.set(name, { shape: [], data: Float32Array.of(value) })
    await writeSafetensors(file, tensors)
    const { entries } = await readSafetensorsHeader(file)
    const rest = headerOf(original).entries.filter(({ name }) => name !== telltale)
    return prediction(await splitCheckpoint({ file, entries: [...rest, ...entries], metadata: {} }))
  }
  expect(await split(0.2)).toMatchObject({ type: 'v_prediction', source: 'tensors', _class_name: 'DDIMScheduler' })
  expect(await split(0.02)).toMatchObject({ type: 'epsilon', source: 'tensors', _class_name: 'PNDMScheduler' })
  expect(await split(0.2, { global_step: 875_000 })).toMatchObject({ type: 'epsilon' })
})

test('a trained size of its own is taken from the metadata', async () => {
  const { original } = oracleOf('sd-1.5')
  const sizeOf = async (resolution: string) => {
    const split = await splitCheckpoint(headerOf(original, { 'modelspec.resolution': resolution }))
    return split.components.unet!.config.sample_size
  }
  expect(await sizeOf('768x768')).toBe(96)
  expect(await sizeOf('99999x99999')).toBe(64)
})
