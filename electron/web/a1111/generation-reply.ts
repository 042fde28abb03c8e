/** What txt2img and img2img answer: the PNGs as base64, and `info`, JSON as text, as A1111 writes it. */
import { readFile } from 'node:fs/promises'
import type { ContractClient } from '#shared/contract/contract.ts'
import type { OwnDetail } from '#shared/contract/history.ts'
import type { ItemView, JobView } from '#shared/contract/jobs.ts'
import { AppError } from '#shared/errors.ts'
import { stringifyExact } from '#shared/exact-json.ts'
import { VERSION } from '#shared/version.ts'
import { infotext } from '../../services/images/infotext.ts'
import { a1111Sampler } from '../../services/metadata/sampler-names.ts'
import type { ServedStudio } from '../served-studio.ts'
import { type CommonFields, repeated } from './generation-fields.ts'

export interface GenerationReply {
  readonly images: string[]
  readonly parameters: Record<string, unknown>
  readonly info: string
}

export interface ReplySources {
  readonly client: ContractClient
  readonly files: Pick<ServedStudio['files'], 'image'>
}

/** Of what was made; @throws {AppError} why nothing was, unless somebody stopped it */
export async function generationReply(
  job: JobView,
  fields: CommonFields,
  notes: readonly string[],
  { client, files }: ReplySources,
): Promise<GenerationReply> {
  const items = await client.jobs.items({ jobId: job.id, limit: 1_000 })
  const images = await madeImages(items, client)
  const error = items.find((item) => item.error !== null && item.imageId === null)?.error ?? null
  if (images.length === 0 && job.state !== 'cancelled' && error !== null) throw AppError.fromWire(error)
  const told = [...notes, ...job.warnings]
  if (images.length < items.length) {
    const reason = error === null ? 'the others were stopped' : error.message
    told.push(`${images.length} of ${items.length} images were made: ${reason}`)
  }
  const sent: string[] = []
  if (fields.send_images !== false) {
    for (const { id } of images) sent.push((await readFile((await files.image(id)).path)).toString('base64'))
  }
  return { images: sent, parameters: repeated(fields), info: stringifyExact(infoOf(images, items, fields, told)) }
}

/** In the order of the request. One may have been deleted by now. */
async function madeImages(items: readonly ItemView[], client: ContractClient): Promise<OwnDetail[]> {
  const images: OwnDetail[] = []
  for (const { imageId } of items) {
    const image = imageId === null ? undefined : await client.history.get({ id: imageId })
    if (image?.origin === 'reprise') images.push(image)
  }
  return images
}

function infoOf(
  images: readonly OwnDetail[],
  items: readonly ItemView[],
  fields: CommonFields,
  notes: readonly string[],
): object {
  const first = images.at(0)
  const seeds = images.map(({ seed }) => seed)
  // where nothing was made: what would have been
  const seed = seeds.at(0) ?? items.at(0)?.seed ?? -1
  return {
    prompt: fields.prompt ?? '',
    all_prompts: images.map(({ prompt }) => prompt),
    negative_prompt: fields.negative_prompt ?? '',
    all_negative_prompts: images.map(({ negativePrompt }) => negativePrompt),
    seed,
    all_seeds: seeds,
    subseed: seed,
    all_subseeds: seeds,
    subseed_strength: 0,
    width: first?.widthPx ?? fields.width ?? 0,
    height: first?.heightPx ?? fields.height ?? 0,
    sampler_name: first === undefined ? (fields.sampler_name ?? '') : a1111Sampler(first.scheduler),
    cfg_scale: first?.guidanceScale ?? fields.cfg_scale ?? 0,
    steps: first?.numInferenceSteps ?? fields.steps ?? 0,
    batch_size: fields.batch_size ?? 1,
    restore_faces: false,
    face_restoration_model: null,
    sd_model_name: first?.modelName ?? '',
    sd_model_hash: first?.modelHash.slice(0, 10) ?? '',
    sd_vae_name: null,
    sd_vae_hash: null,
    seed_resize_from_w: -1,
    seed_resize_from_h: -1,
    denoising_strength: first?.strength ?? null,
    extra_generation_params: {},
    index_of_first_image: 0,
    infotexts: images.map((image) => infotext(image)),
    styles: [],
    job_timestamp: timestamp(first?.createdAtMs ?? Date.now()),
    clip_skip: 1,
    is_using_inpainting_conditioning: false,
    /** A1111 writes it since 1.7, and clients with strict classes require it. */
    version: `Reprise ${VERSION}`,
    /** Ours: what of the request was left out. */
    notes,
  }
}

/** As A1111 writes it, in UTC: 20261121083000. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14)
}
