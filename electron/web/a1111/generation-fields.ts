/** Bodies of txt2img and img2img. Keys that are not named here are taken as well, and mean nothing. */
import { z } from 'zod'
import { Prompt } from '#shared/contract/values.ts'
import { dict, flag, list, listed, number, seed, text, whole } from './fields.ts'

const PROMPT_LENGTH = Prompt.maxLength ?? undefined
const NAME_LENGTH = 1_000

const common = {
  prompt: text(PROMPT_LENGTH),
  negative_prompt: text(PROMPT_LENGTH),
  seed: seed(),
  /** The same setting under two names: the first counts. */
  sampler_name: text(NAME_LENGTH),
  sampler_index: text(NAME_LENGTH),
  scheduler: text(NAME_LENGTH),
  batch_size: whole(1, 1_000),
  n_iter: whole(1, 1_000),
  steps: whole(1, 10_000),
  cfg_scale: number(0, 1_000),
  width: whole(1, 32_768),
  height: whole(1, 32_768),
  denoising_strength: number(0, 1),
  send_images: flag(),
  save_images: flag(),
  override_settings: dict(),
  // what is not here: see unsupported.ts
  styles: list(listed),
  subseed: seed(),
  subseed_strength: number(),
  seed_resize_from_w: whole(-1, 32_768),
  seed_resize_from_h: whole(-1, 32_768),
  restore_faces: flag(),
  tiling: flag(),
  eta: number(),
  s_churn: number(),
  clip_skip: number(),
  refiner_checkpoint: text(NAME_LENGTH),
  refiner_switch_at: number(),
  script_name: text(NAME_LENGTH),
  alwayson_scripts: dict(),
  infotext: text(PROMPT_LENGTH),
}

export const TextToImageFields = z.looseObject({
  ...common,
  enable_hr: flag(),
  firstpass_image: text(),
})

export const ImageToImageFields = z.looseObject({
  ...common,
  init_images: list(listed),
  resize_mode: whole(0, 3),
  mask: text(),
  initial_noise_multiplier: number(),
})

export type CommonFields = z.output<z.ZodObject<typeof common, z.core.$loose>>
export type ImageToImageBody = z.output<typeof ImageToImageFields>

/** What the answer repeats of a body: settings, without images and without what means nothing here. */
export function repeated(fields: CommonFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(common)
      .filter((key) => fields[key] !== undefined)
      .map((key) => [key, fields[key]]),
  )
}
