/** Bodies as jobs: any body is understood or refused by name, whatever is in it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ContractClient } from '#shared/contract/contract.ts'
import { NewJobSchema } from '#shared/contract/jobs.ts'
import { FieldsError, StatusError } from './a1111-error.ts'
import { TextToImageFields } from './generation-fields.ts'
import { newTextToImage, type NewGeneration } from './new-generation.ts'

const MODEL = { id: 3, name: 'm', path: '/x/m', architecture: 'sd', hash: 'cd'.repeat(32), sizeBytes: 1, seenAtMs: 1 }
const client = {
  models: { list: () => Promise.resolve([{ ...MODEL, problem: null, isDefault: true }]) },
} as unknown as ContractClient

const generation = (body: object): Promise<NewGeneration> =>
  newTextToImage(TextToImageFields.parse(body), { client, maxImages: 64 })

test('every body that fits makes a job of the contract, or is refused', async () => {
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1,
      0.5,
      '',
      'None',
      'Euler a',
      'karras',
      '1',
      [],
      {},
      { args: [0, ''] },
    ),
    fc.jsonValue(),
  )
  const keys = Object.keys(TextToImageFields.shape)
  const bodies = fc.dictionary(fc.constantFrom(...keys, 'mask', 'resize_mode', 'other'), value, { maxKeys: 6 })
  let jobCount = 0
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const fields = TextToImageFields.safeParse(body)
      if (!fields.success) return
      try {
        const { job, notes } = await newTextToImage(fields.data, { client, maxImages: 64 })
        expect(NewJobSchema.safeParse(job).error).toBeUndefined()
        expect(notes.every((note) => note.length < 300)).toBe(true)
        jobCount += 1
      } catch (error) {
        if (!(error instanceof FieldsError) && !(error instanceof StatusError)) throw error
      }
    }),
    { numRuns: 2_000 },
  )
  expect(jobCount).toBeGreaterThan(200)
})

test.each([
  ['enable_hr', { enable_hr: true }],
  ['tiling', { tiling: true }],
  ['subseed_strength', { subseed_strength: 0.1 }],
  ['seed_resize_from_w', { seed_resize_from_w: 512 }],
  ['infotext', { infotext: 'a\nSteps: 1' }],
  ['mask', { mask: 'AAAA' }],
  ['script_name', { script_name: 'x/y/z plot' }],
  ['alwayson_scripts', { alwayson_scripts: { ADetailer: { args: [true, { ad_model: 'face' }] } } }],
  ['alwayson_scripts', { alwayson_scripts: { controlnet: { args: { '0': { enabled: true } } } } }],
  [
    'alwayson_scripts',
    { alwayson_scripts: { controlnet: { args: [{ enabled: false }, { enabled: true, a_enabled: false }] } } },
  ],
  ['alwayson_scripts', { alwayson_scripts: { 'Regional Prompter': { args: ['Matrix', false] } } }],
  ['alwayson_scripts', { alwayson_scripts: { Upscaler: { args: [0, 'x'] } } }],
])('%s is refused: %o', async (field, body) => {
  await expect(generation(body)).rejects.toMatchObject({ issues: [{ loc: ['body', field] }] })
})

test.each([
  [['restore_faces', 'styles', 'eta'], { restore_faces: true, styles: ['a'], eta: 0.5, tiling: false }],
  [
    ['clip_skip', 'sd_vae', 'override_settings.eta_noise_seed_delta'],
    { clip_skip: 2, override_settings: { sd_vae: 'x.pt', eta_noise_seed_delta: 31337 } },
  ],
  [
    [],
    {
      styles: [''],
      subseed: 5,
      clip_skip: 1,
      override_settings: { sd_vae: 'Automatic' },
      refiner_checkpoint: '',
      refiner_switch_at: 0,
    },
  ],
  [[], { alwayson_scripts: { controlnet: { args: [{ enabled: false, model: 'm' }] }, other: {} }, script_name: '' }],
  // as their interfaces send them, switched off: with models, numbers and flags of other things in them
  [
    [],
    { alwayson_scripts: { ADetailer: { args: [false, true, { ad_model: 'face_yolov8n.pt', ad_confidence: 0.3 }] } } },
  ],
  [[], { alwayson_scripts: { ADetailer: { args: [true, { ad_model: 'None', ad_denoising_strength: 0.4 }] } } }],
  [[], { alwayson_scripts: { ADetailer: { args: [true, false, { ad_tab_enable: false, ad_model: 'a.pt' }] } } }],
  [[], { alwayson_scripts: { 'Tiled Diffusion': { args: ['False', 'MultiDiffusion', 96, true] } } }],
  [[], { alwayson_scripts: { FreeU: { args: [false, 'SD 1.X', [{ backbone_factor: 1.2 }]] } } }],
  [
    [],
    {
      alwayson_scripts: {
        ControlNet: {
          args: [
            { enabled: false, weight: 1 },
            { is_enabled: 'false', weight: 1 },
          ],
        },
      },
    },
  ],
  [[], { alwayson_scripts: { ControlNet: { args: { '0': { enabled: false, module: 'canny' } } } } }],
  [[], { alwayson_scripts: { 'Regional Prompter': { enabled: false, args: [true, 'Matrix'] } } }],
])('%j are left out, and said', async (fields, body) => {
  const { notes } = await generation(body)
  expect(notes).toEqual(fields.map((field) => `${field} is not supported and was left out`))
})

test('models, seeds and what is left out', async () => {
  const { job } = await generation({ override_settings: { sd_model_checkpoint: 'm.safetensors' }, seed: 5, n_iter: 2 })
  expect(job.modelId).toBe(3)
  expect(job.items).toMatchObject([{ seed: '5' }, { seed: '6' }])
  // what is left out is the model's to say
  expect(job.settings).toEqual({})
  await expect(generation({ override_settings: { sd_model_checkpoint: 'n' } })).rejects.toMatchObject({ status: 404 })
  const { items } = (await generation({ seed: -1, batch_size: 3 })).job
  expect(items.map(({ seed }) => BigInt(seed ?? 0) - BigInt(items[0].seed ?? 0))).toEqual([0n, 1n, 2n])
})
