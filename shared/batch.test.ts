import { describe, expect, test } from 'vitest'
import { expandBatch, MAX_IMAGES, type Batch } from './batch.ts'
import { MAX_SEED } from './generation.ts'

const batch = (changes: Partial<Batch>): Batch => ({
  prompts: ['a', 'b'],
  imagesPerPrompt: 1,
  seeds: [],
  inputImages: [],
  ...changes,
})
const code = (changes: Partial<Batch>): unknown => {
  try {
    return expandBatch(batch(changes))
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('order and seeds', () => {
  test('goes prompt by prompt and counts up from one seed', () => {
    const items = expandBatch(batch({ imagesPerPrompt: 2, seeds: [7n], negativePrompt: 'blur' }))
    expect(items).toEqual([
      { prompt: 'a', negativePrompt: 'blur', seed: 7n },
      { prompt: 'a', negativePrompt: 'blur', seed: 8n },
      { prompt: 'b', negativePrompt: 'blur', seed: 9n },
      { prompt: 'b', negativePrompt: 'blur', seed: 10n },
    ])
  })

  test('takes one seed per image', () => {
    expect(expandBatch(batch({ seeds: [9n, 3n] })).map((item) => item.seed)).toEqual([9n, 3n])
  })

  test('refuses fewer or more seeds than images', () => {
    expect(code({ imagesPerPrompt: 2, seeds: [1n, 2n] })).toBe('seed-count-mismatch')
    expect(code({ prompts: ['a'], seeds: [1n, 2n] })).toBe('seed-count-mismatch')
    expect(() => expandBatch(batch({ seeds: [1n, 2n, 3n] }))).toThrow(/3 seeds for 2 images/)
  })

  test('takes the largest seed, but does not count past it', () => {
    expect(expandBatch(batch({ prompts: ['a'], seeds: [MAX_SEED] }))[0]?.seed).toBe(MAX_SEED)
    expect(code({ seeds: [MAX_SEED] })).toBe('seed-out-of-range')
    expect(code({ seeds: [MAX_SEED + 1n, 0n] })).toBe('seed-out-of-range')
    expect(code({ seeds: [-1n] })).toBe('seed-out-of-range')
  })

  test('draws 32-bit seeds when none is given', () => {
    const seeds = expandBatch(batch({ imagesPerPrompt: 20_000 })).map((item) => item.seed)
    expect(seeds.every((seed) => seed >= 0n && seed < 2n ** 32n)).toBe(true)
    expect(new Set(seeds).size).toBeGreaterThan(39_900)
  })
})

describe('prompts and input images', () => {
  const pairs = (changes: Partial<Batch>) =>
    expandBatch(batch(changes)).map((item) => [item.prompt, item.inputImage].join(' '))

  test('one image for all prompts, one each, one prompt for all images', () => {
    expect(pairs({ inputImages: ['x'] })).toEqual(['a x', 'b x'])
    expect(pairs({ inputImages: ['x', 'y'] })).toEqual(['a x', 'b y'])
    expect(pairs({ prompts: ['a'], inputImages: ['x', 'y', 'z'] })).toEqual(['a x', 'a y', 'a z'])
    expect(pairs({ prompts: ['a'], inputImages: ['x', 'y'], imagesPerPrompt: 2 })).toEqual(['a x', 'a x', 'a y', 'a y'])
  })

  test('refuses numbers that do not fit', () => {
    expect(code({ inputImages: ['x', 'y', 'z'] })).toBe('input-count-mismatch')
    expect(code({ prompts: [] })).toBe('prompt-missing')
  })

  test('refuses more images than one run takes', () => {
    expect(code({ imagesPerPrompt: MAX_IMAGES })).toBe('invalid-argument')
  })
})
