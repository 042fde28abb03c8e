import { copyFile, cp, mkdir, mkdtemp, rm, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LoadedModel } from '#engine/pipelines/loaded-model.ts'
import { writeSafetensors } from '#engine/weights/safetensors-writer.ts'
import { inspectCheckpoint } from './inspect.ts'
import { openFolder } from './open-folder.ts'
import { summarize } from './summarize.ts'

const PIPELINES = fileURLToPath(new URL('../../../test/fixtures/pipelines/models/', import.meta.url))
const TOKENIZER = fileURLToPath(new URL('../../../test/fixtures/tokenizer/', import.meta.url))

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-inspect-'))
})
afterAll(() => rm(root, { recursive: true }))

let count = 0
async function model(changes: Record<string, unknown> = {}): Promise<string> {
  const dir = join(root, `model-${count++}`)
  const files: Record<string, unknown> = {
    'model_index.json': { _class_name: 'StableDiffusionPipeline' },
    'text_encoder/config.json': { architectures: ['CLIPTextModel'] },
    'unet/config.json': {
      _class_name: 'UNet2DConditionModel',
      block_out_channels: [320, 640, 1280, 1280],
      cross_attention_dim: 768,
      sample_size: 64,
    },
    'vae/config.json': {
      _class_name: 'AutoencoderKL',
      block_out_channels: [128, 256, 512, 512],
      down_block_types: Array(4).fill('DownEncoderBlock2D'),
      up_block_types: Array(4).fill('UpDecoderBlock2D'),
    },
    'scheduler/scheduler_config.json': { _class_name: 'PNDMScheduler' },
    ...changes,
  }
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    if (content !== null) await writeFile(join(dir, name), JSON.stringify(content))
  }
  const weights = new Map([
    ['w', { shape: [3, 4], data: new Float32Array(12) }],
    ['b', { shape: [3], data: new Float32Array(3) }],
  ])
  for (const path of ['text_encoder/model', 'unet/diffusion_pytorch_model', 'vae/diffusion_pytorch_model']) {
    await writeSafetensors(join(dir, `${path}.safetensors`), weights)
  }
  await mkdir(join(dir, 'tokenizer'))
  for (const name of ['vocab.json', 'merges.txt']) await copyFile(join(TOKENIZER, name), join(dir, 'tokenizer', name))
  return dir
}

test('a whole model: what it is, and no problems', async () => {
  const dir = join(PIPELINES, 'sd1')
  const report = await inspectCheckpoint(dir)
  expect(report).toMatchObject({
    name: 'sd1',
    architecture: 'Stable Diffusion (own size)',
    pipeline: 'StableDiffusionPipeline',
    widthPx: 32,
    heightPx: 32,
    predictionType: 'epsilon',
    scheduler: 'PNDMScheduler',
    defaults: {},
    // where neither request nor author says anything: as diffusers does
    requestDefaults: {
      scheduler: 'pndm',
      sigmas: 'default',
      numInferenceSteps: 50,
      guidanceScale: 7.5,
      strength: 0.8,
      widthPx: 32,
      heightPx: 32,
    },
    sizeMultiplePx: 4,
    hash: (await openFolder(dir)).hash,
    problems: [],
  })
  expect(report.components[1]).toMatchObject({
    name: 'unet',
    className: 'UNet2DConditionModel',
    files: ['diffusion_pytorch_model.safetensors'],
  })
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
})

test('what the author proposes goes before what diffusers does', async () => {
  const dir = await model({
    'reprise.json': { name: 'Scenes', defaults: { guidanceScale: 3, heightPx: 768, scheduler: 'euler' } },
    'vae/config.json': {
      _class_name: 'AutoencoderKL',
      block_out_channels: [32, 32, 32, 32],
      down_block_types: Array(4).fill('DownEncoderBlock2D'),
      up_block_types: Array(4).fill('UpDecoderBlock2D'),
    },
  })
  expect((await inspectCheckpoint(dir)).requestDefaults).toEqual({
    scheduler: 'euler',
    sigmas: 'default',
    numInferenceSteps: 50,
    guidanceScale: 3,
    strength: 0.8,
    widthPx: 512,
    heightPx: 768,
  })
})

test('what a list says of it: weights as they run, and memory only of what can run', async () => {
  const dir = join(PIPELINES, 'sd1')
  const summary = summarize(await inspectCheckpoint(dir))
  const loaded = await LoadedModel.open(await openFolder(dir), { threads: 1, arithmetic: 'native', loras: [] })
  expect(summary).toMatchObject({ problems: [], memory: loaded.memory })
  expect(summary.components.map(({ part, dtypes }) => [part, dtypes])).toEqual([
    ['text_encoder', ['F32']],
    ['unet', ['F32']],
    ['vae', ['F32']],
  ])
  expect(summary.sizeBytes).toBe(summary.components.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
  expect(summarize(await inspectCheckpoint(await model())).memory).toBeNull()
})

test.each([
  ['num_train_timesteps', '0'],
  ['num_train_timesteps', '1000000000'],
  ['num_train_timesteps', '65536'],
  ['beta_start', '-1'],
  ['beta_end', '1e300'],
  ['trained_betas', '[0.1]'],
])('a scheduler with %s %s is a problem before anything runs', async (field, value) => {
  const dir = join(root, `scheduler-${field}-${value}`)
  await cp(join(PIPELINES, 'sd1'), dir, { recursive: true })
  const path = join(dir, 'scheduler/scheduler_config.json')
  const own = JSON.parse(await readFile(path, 'utf8')) as object
  await writeFile(path, JSON.stringify({ ...own, [field]: JSON.parse(value) as unknown }))
  const { problems } = await inspectCheckpoint(dir)
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining(`cannot have ${field}`)])
})

test.each([
  ['layers_per_block', 4096],
  ['transformer_layers_per_block', 4096],
])('%s times the levels is refused before anything is built', async (field, value) => {
  const dir = join(root, `blocks-${field}`)
  await cp(join(PIPELINES, 'sd1'), dir, { recursive: true })
  const path = join(dir, 'unet/config.json')
  const own = JSON.parse(await readFile(path, 'utf8')) as object
  await writeFile(path, JSON.stringify({ ...own, [field]: value }))
  const begun = performance.now()
  const { problems } = await inspectCheckpoint(dir)
  expect(problems.map(({ code }) => code)).toContain('model-config-invalid')
  expect(performance.now() - begun).toBeLessThan(5_000)
})

test('parts that do not fit together, and a scheduler that there is not, are problems', async () => {
  const dir = join(root, 'misfit')
  await cp(join(PIPELINES, 'sd1'), dir, { recursive: true })
  await rm(join(dir, 'text_encoder'), { recursive: true })
  await cp(join(PIPELINES, 'sd2', 'text_encoder'), join(dir, 'text_encoder'), { recursive: true })
  await writeFile(join(dir, 'scheduler/scheduler_config.json'), JSON.stringify({ _class_name: 'NoSuchScheduler' }))
  const { problems, hash } = await inspectCheckpoint(dir)
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('the parts are of different models'),
    expect.stringContaining('"NoSuchScheduler" is not supported'),
  ])
  expect(hash).toBeNull()
})

test('weights of something else: the tensors that are missing are named, and counted past the first', async () => {
  const report = await inspectCheckpoint(
    await model({ 'reprise.json': { name: 'Scenes', defaults: { guidanceScale: 3 } } }),
  )
  expect(report).toMatchObject({
    name: 'Scenes',
    architecture: 'Stable Diffusion 1.x',
    defaults: { guidanceScale: 3 },
    widthPx: 512,
    hash: null,
  })
  expect(report.components[1]).toEqual({
    name: 'unet',
    className: 'UNet2DConditionModel',
    parameterCount: 15,
    dtypes: { F32: { tensors: 2, sizeBytes: 60 } },
    sizeBytes: 60,
    files: ['diffusion_pytorch_model.safetensors'],
  })
  const unet = report.problems.filter(({ message }) => message.startsWith('unet'))
  expect(unet).toHaveLength(11)
  expect(unet[0].message).toContain('"time_embedding.linear_1.weight"')
  // SD 1.5's UNet has 686 tensors
  expect(unet[10].message).toBe('unet: and 676 tensors more')
})

test('all problems are found, and what can be told is told', async () => {
  const dir = await model({
    'model_index.json': { _class_name: 'FluxPipeline' },
    'unet/config.json': { _class_name: 'FluxTransformer', sample_size: [96, 128], cross_attention_dim: 32 },
    'scheduler/scheduler_config.json': null,
  })
  await rm(join(dir, 'text_encoder/model.safetensors'))
  await writeFile(join(dir, 'vae/diffusion_pytorch_model.safetensors'), 'short')
  await rm(join(dir, 'tokenizer'), { recursive: true })
  const report = await inspectCheckpoint(dir)
  expect(report).toMatchObject({
    // without a UNet that can be read
    architecture: 'unknown',
    widthPx: null,
    heightPx: null,
    scheduler: null,
    hash: null,
  })
  expect(report.problems.map(({ code }) => code)).toEqual([
    'architecture-unsupported',
    'model-component-missing',
    'architecture-unsupported',
    'weights-invalid',
    'model-component-missing',
    'model-component-missing',
  ])
})

test('sizes that make no sense are not reported', async () => {
  const dir = await model({ 'vae/config.json': { _class_name: 'AutoencoderKL', block_out_channels: 'many' } })
  expect(await inspectCheckpoint(dir)).toMatchObject({ widthPx: null, heightPx: null })
})

test('where there is no model there is nothing to report', async () => {
  await expect(inspectCheckpoint(join(root, 'absent'))).rejects.toMatchObject({ code: 'model-not-found' })
})
