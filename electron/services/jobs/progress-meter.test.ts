/** Where a job stands, and its pace. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { JobProgress } from '#shared/contract/jobs.ts'
import type { JobItemRecord } from '../../db/job-record.ts'
import { ProgressMeter } from './progress-meter.ts'

const STEPS = 10
let told: JobProgress[] = []
let meter: ProgressMeter

const items = [11, 12, 13, 14].map((id) => ({ id }) as JobItemRecord)

beforeEach(() => {
  vi.useFakeTimers()
  told = []
  meter = new ProgressMeter({ jobId: 1, tell: (progress) => told.push(progress) })
})

afterEach(() => {
  meter.end()
  vi.useRealTimers()
})

/** What is told once there is time to. */
function latest(): JobProgress {
  vi.advanceTimersByTime(100)
  return told.at(-1)!
}

/** Steps of micro-batch `indices`, each of them taking `stepMs`. */
function steps(indices: number[], stepMs: number, from = 1, to = STEPS): void {
  for (let step = from; step <= to; step++) {
    vi.advanceTimersByTime(stepMs)
    meter.take({ type: 'step', items: indices, step, stepsPerImage: STEPS })
  }
}

test('tells what is in hand, micro-batch by micro-batch', () => {
  meter.begin(items, { running: 4, queued: 2, done: 3, cancelled: 1 })
  expect(latest()).toEqual({
    jobId: 1,
    activity: 'loading',
    itemIds: [11, 12, 13, 14],
    step: 0,
    stepsPerImage: 0,
    itemsFinished: 4,
    itemCount: 10,
    timeLeftMs: null,
  })
  meter.take({
    type: 'plan',
    imageCount: 4,
    stepsPerImage: STEPS,
    microBatches: [
      [0, 1],
      [2, 3],
    ],
  })
  meter.take({ type: 'activity', activity: 'denoising' })
  steps([0, 1], 10, 1, 3)
  expect(latest()).toMatchObject({ activity: 'denoising', itemIds: [11, 12], step: 3, stepsPerImage: STEPS })
  steps([0, 1], 10, 4)
  meter.finish(11)
  meter.count({ running: 3, queued: 2, done: 4, cancelled: 1 })
  expect(latest()).toMatchObject({ itemIds: [12], step: 10, itemsFinished: 5 })
  meter.take({ type: 'activity', activity: 'loading' })
  expect(latest()).toMatchObject({ activity: 'loading', itemIds: [13, 14], step: 0 })
})

test('expects the whole job to go on at the pace of its steps, loading left out', () => {
  meter.begin(items.slice(0, 2), { running: 2, queued: 8 })
  vi.advanceTimersByTime(60_000)
  meter.take({ type: 'plan', imageCount: 2, stepsPerImage: STEPS, microBatches: [[0, 1]] })
  meter.take({ type: 'activity', activity: 'denoising' })
  expect(latest().timeLeftMs).toBeNull()
  // the 100 ms above belong to the first step
  steps([0, 1], 100, 1, 1)
  steps([0, 1], 200, 2, 5)
  // 1 s for 10 of 100 steps
  expect(latest().timeLeftMs).toBe(9_000)
  steps([0, 1], 100, 6)
  for (const { id } of items.slice(0, 2)) meter.finish(id)
  meter.count({ done: 2, queued: 8 })
  // waiting above, 100 ms, was work too: 1.6 s for 20 steps, 80 steps left
  expect(latest().timeLeftMs).toBe(6_400)
  meter.end()

  // whatever lies between two batches, a pause say, is not work
  vi.advanceTimersByTime(3_600_000)
  meter.begin(items.slice(2, 4), { done: 2, queued: 6, running: 2 })
  expect(latest().timeLeftMs).toBe(6_400)
})

test('tells ten times a second at most, the latest included, and nothing after the end', () => {
  meter.begin(items, { running: 4 })
  meter.take({ type: 'activity', activity: 'denoising' })
  for (let step = 1; step <= 1_000; step++) {
    vi.advanceTimersByTime(1)
    meter.take({ type: 'step', items: [0], step, stepsPerImage: 1_000 })
  }
  expect(told.length).toBeLessThanOrEqual(11)
  expect(latest().step).toBe(1_000)
  const count = told.length
  meter.take({ type: 'activity', activity: 'decoding' })
  meter.end()
  vi.advanceTimersByTime(1_000)
  expect(told).toHaveLength(count)
})
