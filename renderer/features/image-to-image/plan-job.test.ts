import { expect, test } from 'vitest'
import { imageToImageSettings, planJob, type Form } from './plan-job.ts'

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
