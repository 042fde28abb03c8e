import { expect, test } from 'vitest'
import { MAX_IMAGES } from '#shared/batch.ts'
import { MAX_SEED } from '#shared/generation.ts'
import { imageCount, imageToImageSettings, missingPrompts, planJob, type Form } from './plan-job.ts'

const pair = (key: number, prompt: string) => ({
  key,
  hash: String(key).repeat(64),
  name: `${key}.png`,
  widthPx: 128,
  heightPx: 128,
  prompt,
})
const form = (changes: Partial<Form> = {}): Form => ({
  pairs: [pair(1, 'a fox'), pair(2, 'a hen')],
  promptFor: 'each',
  prompt: 'in watercolour',
  negativePrompt: 'blurry',
  seed: '7',
  keepsSeeds: false,
  imagesPerPair: 2,
  ...changes,
})
const short = (items: ReturnType<typeof planJob>['items']) =>
  items?.map(({ prompt, seed, inputHash }) => `${prompt} ${String(seed)} ${inputHash?.[0]}`)

test('each picture with its own prompt, pair by pair, seeds counted up', () => {
  expect(short(planJob(form()).items)).toEqual(['a fox 7 1', 'a fox 8 1', 'a hen 9 2', 'a hen 10 2'])
})

test('one prompt for all, and its negative prompt with each', () => {
  const { items } = planJob(form({ promptFor: 'all', imagesPerPair: 1 }))
  expect(short(items)).toEqual(['in watercolour 7 1', 'in watercolour 8 2'])
  expect(items?.[1].negativePrompt).toBe('blurry')
})

test('every line with every picture, picture by picture', () => {
  const prompt = 'in oil\n\n  in chalk '
  const every = form({ promptFor: 'every', prompt, imagesPerPair: 1 })
  expect(short(planJob(every).items)).toEqual(['in oil 7 1', 'in chalk 8 1', 'in oil 9 2', 'in chalk 10 2'])
  expect(imageCount(every)).toBe(4)
  expect(planJob(form({ promptFor: 'every', prompt: '\n ' })).obstacle).toBe('no-prompt')
})

test('what each was made with; the one for all where a picture tells none', () => {
  const made = { prompt: 'a barn', negativePrompt: 'rain', seed: '40', notUnderstood: [] }
  const pairs = [{ ...pair(1, ''), made }, pair(2, '')]
  const asMade = form({ pairs, promptFor: 'made' })
  const { items } = planJob(asMade)
  expect(short(items)).toEqual(['a barn 7 1', 'a barn 8 1', 'in watercolour 9 2', 'in watercolour 10 2'])
  expect(items?.map(({ negativePrompt }) => negativePrompt)).toEqual(['rain', 'rain', 'blurry', 'blurry'])
  expect(short(planJob({ ...asMade, keepsSeeds: true }).items)).toEqual([
    'a barn 40 1',
    'a barn 41 1',
    'in watercolour 9 2',
    'in watercolour 10 2',
  ])
  expect(planJob({ ...asMade, prompt: '' }).obstacle).toBe('no-prompt')
  expect(missingPrompts({ ...asMade, prompt: '' })).toBe(1)
})

test('the largest seed of a file has one after it', () => {
  const made = { prompt: 'a barn', negativePrompt: '', seed: MAX_SEED.toString(), notUnderstood: [] }
  const { items } = planJob(form({ pairs: [{ ...pair(1, ''), made }], promptFor: 'made', keepsSeeds: true }))
  expect(short(items)).toEqual([`a barn ${MAX_SEED.toString()} 1`, 'a barn 0 1'])
})

test('the same picture twice with two prompts', () => {
  const { items } = planJob(form({ pairs: [pair(1, 'a fox'), { ...pair(1, 'a hen'), key: 2 }], imagesPerPair: 1 }))
  expect(short(items)).toEqual(['a fox 7 1', 'a hen 8 1'])
})

test('seeds drawn now differ', () => {
  const { items } = planJob(form({ seed: ' ' }))
  expect(new Set(items?.map(({ seed }) => seed)).size).toBe(4)
})

test('what stands in the way', () => {
  expect(planJob(form({ pairs: [] })).obstacle).toBe('no-picture')
  expect(planJob(form({ pairs: [pair(1, 'a fox'), pair(2, ' ')] })).obstacle).toBe('no-prompt')
  expect(planJob(form({ promptFor: 'all', prompt: '' })).obstacle).toBe('no-prompt')
  expect(planJob(form({ imagesPerPair: MAX_IMAGES / 2 + 1 })).obstacle).toBe('too-many')
  for (const seed of ['x', '-1', '1.5', '18446744073709551613']) {
    expect(planJob(form({ seed })).obstacle, seed).toBe('bad-seed')
  }
  expect(planJob(form({ seed: '18446744073709551612' })).items).toHaveLength(4)
})

test('a resize mode only with a size of its own', () => {
  expect(imageToImageSettings({ strength: 0.5, size: undefined, resizeMode: 'crop' })).toEqual({ strength: 0.5 })
  expect(imageToImageSettings({ strength: 0.5, size: { widthPx: 128, heightPx: 64 }, resizeMode: 'fill' })).toEqual({
    strength: 0.5,
    widthPx: 128,
    heightPx: 64,
    resizeMode: 'fill',
  })
})
