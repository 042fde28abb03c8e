import { expect, test } from 'vitest'
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import { SILENCE_LIMITS, WorkInHand } from './work-in-hand.ts'

const MINUTE = 60_000
const base: GenerationRequest = {
  kind: 'text-to-image',
  modelDir: '/m',
  items: [{ prompt: '', negativePrompt: '', seed: 0n }],
  widthPx: 512,
  heightPx: 512,
}
const plan = (...sizes: number[]): GenerationEvent => ({
  type: 'plan',
  imageCount: 1,
  stepsPerImage: 20,
  microBatches: sizes.map((size) => Array<number>(size).fill(0)),
})
const activity = (name: 'loading' | 'encoding' | 'denoising' | 'decoding'): GenerationEvent => ({
  type: 'activity',
  activity: name,
})
const step = (number: number): GenerationEvent => ({ type: 'step', items: [0], step: number, stepsPerImage: 20 })

function after(request: Partial<GenerationRequest>, ...events: [GenerationEvent, atMs?: number][]): WorkInHand {
  const work = new WorkInHand({ ...base, ...request })
  for (const [event, atMs = 0] of events) work.follow(event, atMs)
  return work
}
const limit = (work: WorkInHand): number => work.silenceLimitMs(SILENCE_LIMITS) / MINUTE

test('loading has a limit of its own', () => {
  expect(limit(after({}))).toBe(15)
  expect(limit(after({ widthPx: 2048, heightPx: 2048 }, [plan(4)], [activity('loading')]))).toBe(15)
})

test.each<[what: string, request: Partial<GenerationRequest>, batches: number[], minutes: number]>([
  ['one image', {}, [1], 5],
  ['a small one', { widthPx: 64, heightPx: 64 }, [1], 5],
  ['a large one', { widthPx: 1024, heightPx: 1024 }, [1], 20],
  ['several at once', {}, [4, 4, 2], 20],
  ['the model’s size', { widthPx: undefined }, [1], 20],
  ['the input’s size', { kind: 'image-to-image', widthPx: undefined }, [1], 80],
])('computing may take longer the more there is of it: %s', (_, request, batches, minutes) => {
  for (const name of ['encoding', 'denoising', 'decoding'] as const) {
    expect(limit(after(request, [plan(...batches)], [activity(name)]))).toBe(minutes)
  }
})

test('a pace that was seen is trusted more', () => {
  const slow = after({}, [plan(1)], [activity('denoising'), MINUTE], [step(1), 3 * MINUTE], [step(2), 4 * MINUTE])
  expect(limit(slow)).toBe(40)
  slow.follow(activity('decoding'), 5 * MINUTE)
  expect(limit(slow)).toBe(40)
})

test('a step in which the machine slept is no pace', () => {
  const work = after({}, [plan(1)], [activity('denoising')])
  work.forgetStepInHand()
  work.follow(step(1), 500 * MINUTE)
  expect(limit(work)).toBe(5)
})

test('it says what it is at', () => {
  expect(after({}).describe()).toBe('loading the model')
  expect(after({}, [plan(1)], [activity('encoding')]).describe()).toBe(
    'encoding what an image of 512 × 512 is made from',
  )
  const denoising = after({}, [plan(4, 1)], [activity('denoising')])
  expect(denoising.describe()).toBe('denoising 4 images of 512 × 512 at once')
  denoising.follow(step(7))
  expect(denoising.describe()).toBe('denoising 4 images of 512 × 512 at once, after step 7 of 20')
  denoising.follow(activity('decoding'))
  expect(denoising.describe()).toBe('decoding an image of 512 × 512')
  expect(after({ widthPx: undefined }, [plan(1)], [activity('denoising')]).describe()).toBe('denoising an image')
})
