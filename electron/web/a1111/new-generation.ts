/** The body of a request as a job of the studio: one item an image, with seeds that count up as A1111's do. */
import type { z } from 'zod'
import { randomSeeds } from '#shared/batch.ts'
import type { ContractClient } from '#shared/contract/contract.ts'
import type { NewJobSchema } from '#shared/contract/jobs.ts'
import { MAX_SEED } from '#shared/generation.ts'
import { RESIZE_MODES } from '#shared/names.ts'
import { FieldsError, StatusError } from './a1111-error.ts'
import { chooseSampler } from './choose-sampler.ts'
import { decodeImage } from './decode-image.ts'
import type { CommonFields, ImageToImageBody } from './generation-fields.ts'
import { requireModel } from './list-models.ts'
import { notesOn, refuseUnsupported } from './unsupported.ts'

export interface NewGeneration {
  readonly job: z.input<typeof NewJobSchema>
  /** What was left out, for people. */
  readonly notes: string[]
}

export interface GenerationSources {
  readonly client: ContractClient
  readonly maxImages: number
}

/** As A1111 has it. */
const DEFAULT_STRENGTH = 0.75

/** @throws {FieldsError}, {StatusError}, {AppError} what `inputs.add` throws */
export async function newImageToImage(fields: ImageToImageBody, sources: GenerationSources): Promise<NewGeneration> {
  const images = fields.init_images ?? []
  if (images.length === 0) throw new StatusError(404, 'Init image not found')
  if (images.length > 1 && images.length > (fields.batch_size ?? 1)) {
    throw fieldError('init_images', `${images.length} images for a batch_size of ${fields.batch_size ?? 1}`)
  }
  const strength = fields.denoising_strength ?? DEFAULT_STRENGTH
  if (strength === 0) throw fieldError('denoising_strength', 'it has to be above 0: at 0 nothing would change')
  const { job, notes } = await newTextToImage(
    images.length > 1 ? { ...fields, batch_size: images.length } : fields,
    sources,
  )
  const hashes: string[] = []
  for (const [index, image] of images.entries()) {
    const bytes = decodeImage(image, ['body', 'init_images', index])
    hashes.push((await sources.client.inputs.add({ bytes })).hash)
  }
  const resizeMode = RESIZE_MODES[fields.resize_mode ?? 0]
  return {
    job: {
      ...job,
      settings: { ...job.settings, strength, resizeMode },
      items: job.items.map((item, index) => ({ ...item, inputHash: hashes[index % hashes.length] })),
    },
    notes,
  }
}

/** @throws {FieldsError}, {StatusError} */
export async function newTextToImage(
  fields: CommonFields,
  { client, maxImages }: GenerationSources,
): Promise<NewGeneration> {
  refuseUnsupported(fields)
  const { scheduler, sigmas, notes } = chooseSampler(fields)
  const imageCount = (fields.batch_size ?? 1) * (fields.n_iter ?? 1)
  if (imageCount > maxImages) {
    throw fieldError('batch_size', `batch_size × n_iter is ${imageCount}; at most ${maxImages} images are made at once`)
  }
  const modelId = await modelAskedFor(fields, client)
  const settings = {
    numInferenceSteps: fields.steps,
    guidanceScale: fields.cfg_scale,
    widthPx: fields.width,
    heightPx: fields.height,
    scheduler,
    sigmas,
  }
  const seed = fields.seed === undefined || fields.seed === -1n ? randomSeeds(1)[0] : fields.seed
  if (seed + BigInt(imageCount - 1) > MAX_SEED) {
    throw fieldError(
      'seed',
      `the seeds of ${imageCount} images count up from it, and the last would be above ${MAX_SEED}`,
    )
  }
  const items = Array.from({ length: imageCount }, (_, index) => ({
    prompt: fields.prompt ?? '',
    negativePrompt: fields.negative_prompt ?? '',
    seed: (seed + BigInt(index)).toString(),
  }))
  return {
    job: { ...(modelId !== undefined && { modelId }), settings, items },
    notes: [...notesOn(fields), ...notes],
  }
}

async function modelAskedFor(fields: CommonFields, client: ContractClient): Promise<number | undefined> {
  const asked = fields.override_settings?.sd_model_checkpoint
  if (asked === undefined || asked === null || asked === '') return undefined
  return (await requireModel(asked, client)).id
}

function fieldError(field: string, msg: string): FieldsError {
  return new FieldsError([{ loc: ['body', field], msg, type: 'value_error' }])
}
