import { expect, test } from 'vitest'
import type { JobView } from '#shared/contract/jobs.ts'
import { estimateMs } from './estimate.ts'
import type { PlannedImage } from './plan.ts'

const job = (settings: JobView['settings'], tookMs: number, changes: Partial<JobView> = {}): JobView => ({
  ...{ id: 1, kind: 'text-to-image', state: 'done', title: '', modelId: 1, modelName: '', settings },
  ...{
    isReproduction: false,
    createdAtMs: 0,
    startedAtMs: 0,
    finishedAtMs: tookMs,
    warnings: [],
    promptCount: 1,
    imageIds: [],
    itemCounts: { done: 2 },
  },
  ...changes,
})
const group = (settings: JobView['settings'], count: number) => {
  const image: PlannedImage = {
    prompt: '',
    negativePrompt: '',
    seed: '1',
    modelId: 1,
    settings,
    settingsKey: '',
    key: '',
  }
  return { settingsKey: '', images: Array.from({ length: count }, () => image) }
}
const steps = (numInferenceSteps: number) => ({ numInferenceSteps })

test('as long as the same took the last time, each set of settings by itself', () => {
  const finished = [job(steps(10), 2_000), job(steps(20), 4_000), job(steps(10), 9_000)]
  expect(estimateMs([group(steps(10), 3), group(steps(20), 1)], finished)).toBe(3 * 1_000 + 2_000)
})

test('other steps and sizes in proportion', () => {
  const finished = [job({ ...steps(10), widthPx: 64, heightPx: 64 }, 2_000)]
  expect(estimateMs([group({ ...steps(20), widthPx: 128, heightPx: 64 }, 1)], finished)).toBe(4_000)
})

test('what is left to the model is what the model says', () => {
  const finished = [job({}, 2_000)]
  expect(estimateMs([group(steps(40), 1)], finished, () => steps(20))).toBe(2_000)
  expect(estimateMs([group(steps(20), 1)], finished, () => steps(20))).toBe(1_000)
})

test('what is unlike anything is not guessed', () => {
  for (const other of [
    job({}, 1_000),
    job({ ...steps(10), scheduler: 'ddim' }, 1_000),
    job(steps(10), 1_000, { modelId: 2 }),
    job(steps(10), 1_000, { itemCounts: { failed: 2 } }),
    job(steps(10), 1_000, { isReproduction: true }),
  ]) {
    expect(estimateMs([group(steps(10), 1)], [other])).toBeUndefined()
  }
})
