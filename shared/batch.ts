/**
 * Prompts × images per prompt × seeds × input images, expanded into the list of images to make.
 *
 * Order: prompt by prompt, all images of one prompt together. Seeds are given out in that order, so an image
 * keeps its seed whatever batch it runs in.
 */
import { AppError } from './errors.ts'
import { MAX_SEED, type GenerationItem } from './generation.ts'

/** More than anyone asks for on purpose; a slip in --images-per-prompt shall not fill the memory. */
export const MAX_IMAGES = 100_000

export interface Batch {
  prompts: readonly string[]
  negativePrompt?: string | undefined
  imagesPerPrompt: number
  /** None: random. One: counted up, image by image. Several: one per image. */
  seeds: readonly bigint[]
  /** One for all prompts, one each, or several for one prompt. None: text-to-image. */
  inputImages: readonly string[]
}

interface Pair {
  prompt: string
  inputImage?: string
}

/** @throws {AppError} `prompt-missing`, `input-count-mismatch`, `seed-count-mismatch`, `seed-out-of-range`, `invalid-argument` */
export function expandBatch(batch: Batch): GenerationItem[] {
  const pairs = pairInputs(batch.prompts, batch.inputImages)
  const imageCount = pairs.length * batch.imagesPerPrompt
  if (imageCount > MAX_IMAGES) {
    throw new AppError(
      'invalid-argument',
      `${pairs.length} × ${batch.imagesPerPrompt} images is more than one run takes (${MAX_IMAGES}): run them in parts`,
      { data: { imageCount, limit: MAX_IMAGES } },
    )
  }
  const seeds = seedsFor(batch.seeds, imageCount)
  return seeds.map((seed, index) => ({
    ...pairs[Math.floor(index / batch.imagesPerPrompt)],
    negativePrompt: batch.negativePrompt ?? '',
    seed,
  }))
}

function pairInputs(prompts: readonly string[], inputImages: readonly string[]): Pair[] {
  if (prompts.length === 0) {
    throw new AppError('prompt-missing', 'no prompt: give at least one, for example "mountains at sunset"')
  }
  if (inputImages.length === 0) return prompts.map((prompt) => ({ prompt }))
  if (inputImages.length === 1) return prompts.map((prompt) => ({ prompt, inputImage: inputImages[0] }))
  if (prompts.length === 1) return inputImages.map((inputImage) => ({ prompt: prompts[0], inputImage }))
  if (prompts.length !== inputImages.length) {
    throw new AppError(
      'input-count-mismatch',
      `${prompts.length} prompts and ${inputImages.length} input images do not fit together: ` +
        'give one image for all prompts, one prompt for all images, or as many of one as of the other',
      { data: { promptCount: prompts.length, inputImageCount: inputImages.length } },
    )
  }
  return prompts.map((prompt, index) => ({ prompt, inputImage: inputImages[index] }))
}

function seedsFor(seeds: readonly bigint[], imageCount: number): bigint[] {
  if (seeds.length === 0) return randomSeeds(imageCount)
  if (seeds.length === 1) {
    const first = seeds[0]
    checkSeed(first)
    const last = first + BigInt(imageCount - 1)
    if (last > MAX_SEED) {
      throw new AppError(
        'seed-out-of-range',
        `counting up from seed ${first.toString()} for ${imageCount} images passes the largest seed, ${MAX_SEED.toString()}`,
        { data: { seed: first.toString(), imageCount } },
      )
    }
    return Array.from({ length: imageCount }, (_, index) => first + BigInt(index))
  }
  if (seeds.length !== imageCount) {
    throw new AppError(
      'seed-count-mismatch',
      `${seeds.length} seeds for ${imageCount} ${imageCount === 1 ? 'image' : 'images'}: ` +
        'give one seed per image, or a single one to count up from',
      { data: { seedCount: seeds.length, imageCount } },
    )
  }
  seeds.forEach(checkSeed)
  return [...seeds]
}

function checkSeed(seed: bigint): void {
  if (seed < 0n || seed > MAX_SEED) {
    throw new AppError('seed-out-of-range', `a seed is an integer from 0 to ${MAX_SEED.toString()}`, {
      data: { seed: seed.toString() },
    })
  }
}

/** 32 bits, so that other programs can read them; 2^64 would gain nothing. */
export function randomSeeds(count: number): bigint[] {
  const seeds = new Uint32Array(count)
  // getRandomValues fills at most 65,536 bytes a call
  for (let at = 0; at < count; at += 16_384) crypto.getRandomValues(seeds.subarray(at, at + 16_384))
  return Array.from(seeds, BigInt)
}
