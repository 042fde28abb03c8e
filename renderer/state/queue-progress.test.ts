import { expect, test } from 'vitest'
import type { JobProgress, JobView } from '#shared/contract/jobs.ts'
import { queueProgress } from './queue-progress.ts'

const job = (id: number, changes: Partial<JobView> = {}): JobView => ({
  id,
  kind: 'text-to-image',
  state: 'queued',
  title: 'a harbour',
  promptCount: 1,
  imageIds: [],
  warnings: [],
  modelId: 1,
  modelName: 'Starter',
  settings: { numInferenceSteps: 10, widthPx: 128, heightPx: 128 },
  isReproduction: false,
  createdAtMs: id,
  startedAtMs: null,
  finishedAtMs: null,
  itemCounts: { queued: 10 },
  ...changes,
})

const progress: JobProgress = {
  jobId: 2,
  activity: 'denoising',
  itemIds: [1],
  step: 5,
  stepsPerImage: 10,
  itemsFinished: 1,
  itemCount: 2,
  timeLeftMs: 500,
}
const running = job(2, { state: 'running', itemCounts: { done: 1, running: 1 } })

test('nothing runs', () => {
  expect(queueProgress({ progress: null, pending: [job(1)], finished: [] })).toBeUndefined()
})

test('counts all that waits, and what ran before without a break; paused jobs do not count', () => {
  const before = job(1, { state: 'done', itemCounts: { done: 7, cancelled: 3 }, finishedAtMs: 5 })
  const long = job(0, { state: 'done', itemCounts: { done: 99 }, createdAtMs: -9, finishedAtMs: -1 })
  const pending = [running, job(3), job(4, { state: 'paused' })]
  expect(queueProgress({ progress, pending, finished: [before, long] })).toEqual({
    finished: 8,
    total: 19,
    fraction: 8.5 / 19,
    // half an image takes 500 ms
    timeLeftMs: 500 + 10 * 1000,
  })
})

test('time goes with steps, pixels and strength, defaults of the model filled in', () => {
  const waiting = [
    job(3, { settings: { numInferenceSteps: 20, widthPx: 256, heightPx: 128 }, itemCounts: { queued: 1 } }),
    job(4, { kind: 'image-to-image', settings: { strength: 0.5 }, itemCounts: { queued: 1 } }),
  ]
  const defaults = { numInferenceSteps: 10, widthPx: 128, heightPx: 128 }
  const jobs = { progress, pending: [running, ...waiting], finished: [] }
  expect(queueProgress(jobs, () => defaults)?.timeLeftMs).toBe(500 + 4_000 + 500)
})

test('no time is made up for a model that made nothing yet', () => {
  const pending = [running, job(3, { modelId: 2 })]
  expect(queueProgress({ progress, pending, finished: [] })?.timeLeftMs).toBeNull()
  const like = job(1, {
    modelId: 2,
    state: 'done',
    itemCounts: { done: 2 },
    startedAtMs: -20_000,
    finishedAtMs: -10_000,
  })
  expect(queueProgress({ progress, pending, finished: [like] })?.timeLeftMs).toBe(500 + 50_000)
})
