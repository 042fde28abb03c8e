/** What the form asks for, as pairs of picture and prompt, checked before anything is sent. */
import { MAX_IMAGES, randomSeeds } from '#shared/batch.ts'
import { MAX_SEED } from '#shared/generation.ts'
import type { ImageToImageForm, Pair } from '#renderer/state/image-to-image-draft.svelte.ts'
import type { GenerationSettings, NewItem } from './job-types.ts'

/** Of the form, what decides which images are made. */
export type Form = Pick<
  ImageToImageForm,
  'pairs' | 'promptFor' | 'prompt' | 'negativePrompt' | 'seed' | 'keepsSeeds' | 'imagesPerPair'
>

/** Why nothing can be made yet. */
export type Obstacle = 'no-picture' | 'no-prompt' | 'bad-seed' | 'too-many'

export type Plan = { items: NewItem[]; obstacle?: undefined } | { items?: undefined; obstacle: Obstacle }

interface PlannedPrompt {
  readonly prompt: string
  readonly negativePrompt: string
  /** Of its first image; the others are counted up from it. */
  readonly seed?: bigint
}

/** Lines that are not blank, for `every`. */
export function promptLines(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
}

export function imageCount(form: Form): number {
  const prompts = form.promptFor === 'every' ? promptLines(form.prompt).length : 1
  return form.pairs.length * prompts * form.imagesPerPair
}

/** Pictures that have no prompt to be used with. */
export function missingPrompts(form: Form): number {
  return form.pairs.filter((pair) => promptsOf(form, pair).every(({ prompt }) => prompt.trim() === '')).length
}

export function obstacleOf(form: Form): Obstacle | undefined {
  if (form.pairs.length === 0) return 'no-picture'
  if (missingPrompts(form) > 0) return 'no-prompt'
  if (imageCount(form) > MAX_IMAGES) return 'too-many'
  const first = seedOf(form)
  if (first === undefined) return undefined
  return first === null || first + BigInt(imageCount(form) - 1) > MAX_SEED ? 'bad-seed' : undefined
}

/** Picture by picture, each with all its prompts, all images of one prompt together. */
export function planJob(form: Form): Plan {
  const obstacle = obstacleOf(form)
  if (obstacle !== undefined) return { obstacle }
  const first = seedOf(form) ?? undefined
  const drawn = first === undefined ? randomSeeds(imageCount(form)) : []
  const items: NewItem[] = []
  for (const pair of form.pairs) {
    for (const { prompt, negativePrompt, seed } of promptsOf(form, pair)) {
      for (let copy = 0; copy < form.imagesPerPair; copy++) {
        const common = first === undefined ? drawn[items.length] : first + BigInt(items.length)
        // the largest seed has none after it: counting begins again at 0
        const own = seed === undefined ? common : (seed + BigInt(copy)) % (MAX_SEED + 1n)
        items.push({ prompt, negativePrompt, seed: own.toString(), inputHash: pair.hash })
      }
    }
  }
  return { items }
}

function promptsOf(form: Form, { prompt: own, made }: Pair): PlannedPrompt[] {
  const { negativePrompt, prompt } = form
  switch (form.promptFor) {
    case 'all':
      return [{ prompt, negativePrompt }]
    case 'every':
      return promptLines(prompt).map((line) => ({ prompt: line, negativePrompt }))
    case 'each':
      return [{ prompt: own, negativePrompt }]
    case 'made':
      if (made == null) return [{ prompt, negativePrompt }]
      return [
        {
          prompt: made.prompt,
          negativePrompt: made.negativePrompt,
          ...(form.keepsSeeds && made.seed !== undefined && { seed: BigInt(made.seed) }),
        },
      ]
  }
}

/** Undefined: drawn at random. Null: no seed at all. */
function seedOf({ seed }: Form): bigint | undefined | null {
  const text = seed.trim()
  if (text === '') return undefined
  return /^\d{1,20}$/.test(text) ? BigInt(text) : null
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
