import { cp, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeSafetensors } from '#engine/weights/safetensors-writer.ts'
import { openFolder } from './open-folder.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-model-'))
})
afterAll(() => rm(root, { recursive: true }))

let count = 0
/** A folder that is a model as far as opening goes; `changes`: file → its new content, or null to leave it out. */
async function model(changes: Record<string, unknown> = {}): Promise<string> {
  const dir = join(root, `model-${count++}`)
  const weights = new Map([['w', { shape: [2], data: new Float32Array([1, 2]) }]])
  const files: Record<string, unknown> = {
    'model_index.json': { _class_name: 'StableDiffusionPipeline', unet: ['diffusers', 'UNet2DConditionModel'] },
    'text_encoder/config.json': { architectures: ['CLIPTextModel'], hidden_size: 8 },
    'text_encoder/model.safetensors': weights,
    'unet/config.json': { _class_name: 'UNet2DConditionModel' },
    'unet/diffusion_pytorch_model.safetensors': weights,
    'vae/config.json': { _class_name: 'AutoencoderKL' },
    'vae/diffusion_pytorch_model.safetensors': weights,
    'tokenizer/vocab.json': {},
    'scheduler/scheduler_config.json': { _class_name: 'PNDMScheduler' },
    ...changes,
  }
  for (const [name, content] of Object.entries(files)) {
    if (content === null) continue
    await mkdir(dirname(join(dir, name)), { recursive: true })
    if (content instanceof Map) await writeSafetensors(join(dir, name), content as typeof weights)
    else await writeFile(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return dir
}

test('configs, weights and defaults come out as they lie', async () => {
  const dir = await model({
    'reprise.json': { name: 'Scenes', defaults: { numInferenceSteps: 20, scheduler: 'ddim' }, more: 1 },
  })
  const opened = await openFolder(dir)
  expect(opened).toMatchObject({
    path: dir,
    name: 'Scenes',
    schedulerConfig: { _class_name: 'PNDMScheduler' },
    defaults: { numInferenceSteps: 20, scheduler: 'ddim' },
  })
  expect(opened.components.get('text_encoder')?.config).toMatchObject({ hidden_size: 8 })
  expect([...opened.components.get('unet')!.weights.names()]).toEqual(['w'])
  expect(opened.hash).toMatch(/^[0-9a-f]{64}$/)
})

test('without reprise.json: the name of the folder, no defaults', async () => {
  const dir = await model()
  expect(await openFolder(`${dir}/`)).toMatchObject({ name: basename(dir), defaults: {} })
})

test('the hash stays with the content, not with the place or the time', async () => {
  const dir = await model()
  const { hash } = await openFolder(dir)
  const copy = join(root, 'elsewhere')
  await cp(dir, copy, { recursive: true })
  await utimes(join(copy, 'unet/config.json'), 1, 1)
  await writeFile(join(copy, 'reprise.json'), '{"name": "other"}')
  await writeFile(join(copy, 'README.md'), 'words')
  expect((await openFolder(copy)).hash).toBe(hash)
})

test('the hash changes with each thing an image depends on', async () => {
  const hashes = new Set<string>()
  const big = (at: number) => {
    const data = new Float32Array(100_000)
    data[at] = 1
    return new Map([['w', { shape: [100_000], data }]])
  }
  const unet = 'unet/diffusion_pytorch_model.safetensors'
  const changes: Record<string, unknown>[] = [
    {},
    { 'unet/config.json': { _class_name: 'UNet2DConditionModel', x: 1 } },
    { 'tokenizer/merges.txt': 'a b' },
    { 'tokenizer/vocab.json': { a: 1 } },
    { 'scheduler/scheduler_config.json': { _class_name: 'PNDMScheduler', x: 1 } },
    { [unet]: new Map([['w', { shape: [2], data: new Float32Array([1, 3]) }]]) },
    { [unet]: new Map([['v', { shape: [2], data: new Float32Array([1, 2]) }]]) },
    { [unet]: big(0) },
    { [unet]: big(50_000) },
    { [unet]: big(99_999) },
  ]
  for (const change of changes) hashes.add((await openFolder(await model(change))).hash)
  expect(hashes.size).toBe(changes.length)
})

const MISSING = 'model-component-missing'
const UNSUPPORTED = 'architecture-unsupported'

test.each<[string, Record<string, unknown>, string, RegExp]>([
  ['no unet', { 'unet/config.json': null, 'unet/diffusion_pytorch_model.safetensors': null }, MISSING, /unet\//],
  ['no unet config', { 'unet/config.json': null }, MISSING, /unet: there is no config.json/],
  ['no vae weights', { 'vae/diffusion_pytorch_model.safetensors': null }, MISSING, /vae: no diffusion_pytorch/],
  ['no tokenizer', { 'tokenizer/vocab.json': null }, MISSING, /no folder tokenizer\//],
  ['no scheduler config', { 'scheduler/scheduler_config.json': null }, MISSING, /no folder scheduler/],
  ['config not JSON', { 'vae/config.json': '{' }, 'model-config-invalid', /vae\/config.json is not JSON/],
  ['config a list', { 'vae/config.json': '[]' }, 'model-config-invalid', /is not a JSON object/],
  ['config nested', { 'vae/config.json': '['.repeat(999) }, 'model-config-invalid', /nests deeper/],
  ['config huge', { 'vae/config.json': ' '.repeat(1e7 + 1) }, 'model-config-invalid', /is 10000001 bytes long/],
  ['index not JSON', { 'model_index.json': 'x' }, 'model-config-invalid', /model_index.json is not JSON/],
  ['another pipeline', { 'model_index.json': { _class_name: 'FluxPipeline' } }, UNSUPPORTED, /Flux/],
  ['no pipeline named', { 'model_index.json': {} }, UNSUPPORTED, /is for "unnamed"/],
  ['another unet', { 'unet/config.json': { _class_name: 'FluxTransformer' } }, UNSUPPORTED, /unet is a "Flux/],
  ['another encoder', { 'text_encoder/config.json': { architectures: ['T5'] } }, UNSUPPORTED, /is a "T5"/],
  [
    'wrong defaults',
    { 'reprise.json': { defaults: { scheduler: 'x' } } },
    'model-config-invalid',
    /defaults.scheduler/,
  ],
])('refused: %s', async (_what, changes, code, message) => {
  const failure = openFolder(await model(changes))
  await expect(failure).rejects.toMatchObject({ code })
  await expect(failure).rejects.toThrow(message)
})
test('what is not a model folder', async () => {
  await expect(openFolder(join(root, 'absent'))).rejects.toMatchObject({ code: 'model-not-found' })
  const dir = await model()
  await expect(openFolder(join(dir, 'vae/config.json'))).rejects.toMatchObject({ code: 'model-not-found' })
  await rename(join(dir, 'model_index.json'), join(dir, 'sd-v1.ckpt'))
  await expect(openFolder(dir)).rejects.toThrow(/single files: name one of them, such as "sd-v1.ckpt"/)
  await rm(join(dir, 'sd-v1.ckpt'))
  await expect(openFolder(dir)).rejects.toMatchObject({ code: 'model-not-found' })
})
