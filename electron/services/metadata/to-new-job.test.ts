import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ReadViewSchema } from '#shared/contract/metadata.ts'
import { NewJobSchema } from '#shared/contract/jobs.ts'
import { ImageSettingsSchema, type ImageSettings } from '#shared/generation.ts'
import { sampleImage } from '../../db/testing/studio-folder.ts'
import { imageText } from '../images/image-text.ts'
import { infotext } from '../images/infotext.ts'
import { readPasted, readSettings } from './read-settings.ts'
import { toNewJob, type JobMeans } from './to-new-job.ts'

const model = { id: 3, name: 'Starter', hash: 'a'.repeat(64), problem: null }
const INPUT = 'b'.repeat(64)
const means: JobMeans = { models: [model], hasInput: (hash) => hash === INPUT }

const own = (changes: Partial<ImageSettings> = {}): ImageSettings => ImageSettingsSchema.parse(sampleImage(changes))
const fromImage = (settings: ImageSettings, here = means) => toNewJob(readSettings(new Map(imageText(settings))), here)
const reasons = ({ leftOut }: ReturnType<typeof toNewJob>) => leftOut.map(({ name }) => name)

describe('an image of ours', () => {
  const settings = own({
    seed: 2n ** 64n - 1n,
    prompt: 'a "house"\nNegative prompt: ü',
    scheduler: 'dpmpp_2m',
    sigmas: 'karras',
  })

  test('asks for exactly the same again', () => {
    expect(fromImage(settings)).toEqual({
      job: {
        modelId: 3,
        settings: {
          numInferenceSteps: 20,
          guidanceScale: 7.5,
          widthPx: 512,
          heightPx: 512,
          scheduler: 'dpmpp_2m',
          sigmas: 'karras',
        },
        items: [{ prompt: settings.prompt, negativePrompt: '', seed: settings.seed }],
        front: false,
      },
      leftOut: [],
    })
  })

  test('image-to-image, with its input and without', () => {
    const changes = { kind: 'image-to-image', strength: 0.6, resizeMode: 'crop', inputImageHash: INPUT } as const
    const made = fromImage(own(changes))
    expect(made.job).toMatchObject({ settings: { strength: 0.6, resizeMode: 'crop' }, items: [{ inputHash: INPUT }] })
    expect(reasons(made)).toEqual([])

    const without = fromImage(own(changes), { ...means, hasInput: () => false })
    expect(without.job!.settings).not.toHaveProperty('strength')
    expect(without.job!.items[0]).not.toHaveProperty('inputHash')
    expect(reasons(without)).toEqual(['inputImageHash', 'strength', 'resizeMode'])
  })

  test.each(['euler', 'euler_a', 'ddim', 'pndm', 'dpmpp_2m'] as const)(
    'its infotext alone says as much, with %s',
    (scheduler) => {
      const image = own({ scheduler, negativePrompt: 'fog', seed: 2n ** 63n })
      const read = readPasted(infotext(image))
      expect(read.source).toBe('reprise')
      for (const [name, field] of Object.entries(read.fields)) expect([name, field.fidelity]).toEqual([name, 'exact'])
      expect(toNewJob(read, means)).toEqual(fromImage(image))
    },
  )

  test('a model that is gone, broken, or only has the same name', () => {
    const job = (models: JobMeans['models']) => fromImage(own({ modelName: 'starter' }), { ...means, models })
    expect(job([]).job).not.toHaveProperty('modelId')
    expect(reasons(job([]))).toEqual(['modelName'])
    expect(reasons(job([{ ...model, problem: 'incomplete' }]))).toEqual(['modelName'])
    const namesake = job([{ ...model, hash: 'c'.repeat(64) }])
    expect(namesake.job).toMatchObject({ modelId: 3 })
    expect(reasons(namesake)).toEqual(['modelHash'])
  })
})

test('what another program knows and nobody here is left out with its reason', () => {
  const { job, leftOut } = toNewJob(
    readPasted(
      'a house <lora:x:1>\nSteps: 20, Sampler: UniPC, Schedule type: Karras, CFG scale: 5000, Seed: 9, Size: 512x512, Model: other, Clip skip: 2',
    ),
    means,
  )
  expect(job).toMatchObject({ settings: { numInferenceSteps: 20, widthPx: 512 }, items: [{ seed: 9n }] })
  expect(job!.settings).not.toHaveProperty('scheduler')
  expect(leftOut.map(({ name, value }) => [name, value])).toEqual([
    ['guidanceScale', '5000'],
    ['scheduler', 'UniPC'],
    ['sigmas', 'karras'],
    ['modelName', 'other'],
    ['lora', '<lora:x:1>'],
    ['Clip skip', '2'],
  ])
  for (const { reason } of leftOut) expect(reason).not.toBe('')
})

test('without a prompt there is no job', () => {
  expect(toNewJob(readPasted(''), means)).toEqual({ leftOut: [] })
})

test('crosses the wire, and the job goes back as it came', () => {
  const read = readSettings(new Map(imageText(own({ seed: 2n ** 64n - 1n }))))
  const wire = z.encode(ReadViewSchema, { ...read, ...toNewJob(read, means) })
  expect(wire.fields.seed?.value).toBe('18446744073709551615')
  expect(JSON.parse(JSON.stringify(wire))).toEqual(wire)
  expect(NewJobSchema.parse(wire.job).items[0].seed).toBe(2n ** 64n - 1n)
})
