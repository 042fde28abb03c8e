/**
 * Which Stable Diffusion the weights in a single file are, and where in the file each component stands. Families are
 * told apart by the width of the text that attention looks at, which finetunes and pruned models keep; models of other
 * sizes by where their text encoders stand.
 */
import type { TensorEntry } from '#engine/weights/weights.ts'

export type Family = 'stable-diffusion-1' | 'stable-diffusion-2' | 'stable-diffusion-xl' | 'stable-diffusion-xl-refiner'

export type TextEncoderName = 'text_encoder' | 'text_encoder_2'
export type ComponentName = TextEncoderName | 'unet' | 'vae'

interface TextEncoderPlace {
  readonly component: TextEncoderName
  /** Who wrote it; see clip-keys.ts. */
  readonly kind: 'transformers' | 'open-clip'
  /** What stands before its names; the first that the file has counts. */
  readonly prefixes: readonly string[]
}

export const UNET_PREFIX = 'model.diffusion_model.'
export const VAE_PREFIXES: readonly string[] = ['first_stage_model.', 'vae.']

const CLIP_L = ['cond_stage_model.transformer.', 'conditioner.embedders.0.transformer.']
export const TEXT_ENCODERS: Readonly<Record<Family, readonly TextEncoderPlace[]>> = {
  'stable-diffusion-1': [{ component: 'text_encoder', kind: 'transformers', prefixes: CLIP_L }],
  'stable-diffusion-2': [
    {
      component: 'text_encoder',
      kind: 'open-clip',
      prefixes: ['cond_stage_model.model.', 'conditioner.embedders.0.model.'],
    },
  ],
  'stable-diffusion-xl': [
    { component: 'text_encoder', kind: 'transformers', prefixes: ['conditioner.embedders.0.transformer.'] },
    { component: 'text_encoder_2', kind: 'open-clip', prefixes: ['conditioner.embedders.1.model.'] },
  ],
  // it has the second one only
  'stable-diffusion-xl-refiner': [
    { component: 'text_encoder_2', kind: 'open-clip', prefixes: ['conditioner.embedders.0.model.'] },
  ],
}

const BY_TEXT_WIDTH: Readonly<Record<number, Family>> = {
  768: 'stable-diffusion-1',
  1024: 'stable-diffusion-2',
  1280: 'stable-diffusion-xl-refiner',
  2048: 'stable-diffusion-xl',
}

const READS_TEXT = /^model\.diffusion_model\.(?:input_blocks|middle_block|output_blocks)\..+\.attn2\.to_k\.weight$/

/** @returns undefined if the file has no UNet in the original layout that reads text */
export function familyOf(entries: readonly TensorEntry[]): Family | undefined {
  const readsText = entries.find(({ name }) => READS_TEXT.test(name))
  if (readsText === undefined) return undefined
  const known = BY_TEXT_WIDTH[readsText.shape[1]] as Family | undefined
  if (known !== undefined) return known
  const begins = (prefix: string) => entries.some(({ name }) => name.startsWith(prefix))
  const isLabelled = begins(`${UNET_PREFIX}label_emb.`)
  if (begins('conditioner.embedders.1.')) return 'stable-diffusion-xl'
  if (begins('conditioner.embedders.0.model.')) return isLabelled ? 'stable-diffusion-xl-refiner' : 'stable-diffusion-2'
  if (begins('cond_stage_model.model.')) return 'stable-diffusion-2'
  return isLabelled && !begins('cond_stage_model.') ? 'stable-diffusion-xl' : 'stable-diffusion-1'
}
