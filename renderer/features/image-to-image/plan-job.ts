/** What the form asks for, as pairs of picture and prompt, checked before anything is sent. */
import { expandBatch } from '#shared/batch.ts'
import { MAX_SEED } from '#shared/generation.ts'
import type { ImageToImageForm, Pair } from '#renderer/state/image-to-image-draft.svelte.ts'
import type { GenerationSettings, NewItem } from './job-types.ts'

/** Of the form, what decides which images are made. */
export type Form = Pick<
  ImageToImageForm,
  'pairs' | 'promptFor' | 'prompt' | 'negativePrompt' | 'seed' | 'imagesPerPair'
>

/** Why nothing can be made yet. */
export type Obstacle = 'no-picture' | 'no-prompt' | 'bad-seed'

export type Plan = { items: NewItem[]; obstacle?: undefined } | { items?: undefined; obstacle: Obstacle }

export function imageCount(form: Form): number {
  return form.pairs.length * form.imagesPerPair
}

export function promptOf(form: Form, pair: Pair): string {
  return form.promptFor === 'all' ? form.prompt : pair.prompt
}

export function obstacleOf(form: Form): Obstacle | undefined {
  if (form.pairs.length === 0) return 'no-picture'
  if (form.pairs.some((pair) => promptOf(form, pair).trim() === '')) return 'no-prompt'
  const seed = form.seed.trim()
  if (seed === '') return undefined
  if (!/^\d{1,20}$/.test(seed) || BigInt(seed) + BigInt(imageCount(form) - 1) > MAX_SEED) return 'bad-seed'
  return undefined
}

/** @throws {AppError} `invalid-argument` for more images than one job takes */
export function planJob(form: Form): Plan {
  const obstacle = obstacleOf(form)
  if (obstacle !== undefined) return { obstacle }
  const seed = form.seed.trim()
  const items = expandBatch({
    prompts: form.pairs.map((pair) => promptOf(form, pair)),
    negativePrompt: form.negativePrompt,
    imagesPerPrompt: form.imagesPerPair,
    seeds: seed === '' ? [] : [BigInt(seed)],
    inputImages: form.pairs.map(({ hash }) => hash),
  })
  return {
    items: items.map(({ prompt, negativePrompt, seed, inputImage }) => ({
      prompt,
      negativePrompt,
      seed: seed.toString(),
      inputHash: inputImage,
    })),
  }
}

/** What goes with the common settings: the size only if one was chosen, and how the picture is brought to it. */
export function imageToImageSettings(chosen: {
  strength: number
  size: { widthPx: number; heightPx: number } | undefined
  resizeMode: NonNullable<GenerationSettings['resizeMode']>
}): GenerationSettings {
  const { strength, size, resizeMode } = chosen
  return size === undefined ? { strength } : { strength, ...size, resizeMode }
}
