import { flushSync } from 'svelte'
import { beforeEach, expect, test, vi } from 'vitest'
import type { ItemView, JobProgress, JobView } from '#shared/contract/jobs.ts'
import type { Connection } from '#renderer/api/connection.svelte.ts'
import { JobsState } from './jobs-state.svelte.ts'

const job = (id: number, changes: Partial<JobView> = {}): JobView => ({
  id,
  kind: 'text-to-image',
  state: 'queued',
  title: `job ${id}`,
  promptCount: 1,
  imageIds: [],
  modelName: 'Starter',
  settings: {},
  isReproduction: false,
  createdAtMs: id,
  startedAtMs: null,
  finishedAtMs: null,
  warnings: [],
  itemCounts: { queued: 2 },
  ...changes,
})

const item = (itemIndex: number, changes: Partial<ItemView> = {}): ItemView => ({
  id: 100 + itemIndex,
  jobId: 1,
  itemIndex,
  state: 'queued',
  prompt: 'a harbour',
  negativePrompt: '',
  seed: BigInt(itemIndex),
  attempts: 0,
  crashCount: 0,
  error: null,
  startedAtMs: null,
  finishedAtMs: null,
  imageId: null,
  reproducesImageId: null,
  verdictId: null,
  ...changes,
})

const progress: JobProgress = {
  jobId: 1,
  activity: 'denoising',
  itemIds: [100],
  step: 3,
  stepsPerImage: 20,
  itemsFinished: 0,
  itemCount: 2,
  timeLeftMs: 900,
}

class FakeConnection {
  pending: JobView[] = []
  finished: JobView[] = []
  items: ItemView[] = []
  progress: JobProgress | null = null
  itemCalls = 0
  /** As after a lost connection that cannot go on where it ended. */
  reset: () => void = () => undefined
  readonly #listeners = new Map<string, ((payload: unknown) => void)[]>()
  readonly client = {
    jobs: {
      pending: () => Promise.resolve(this.pending),
      finished: () => Promise.resolve(this.finished),
      queueState: () => Promise.resolve({ isPaused: false, pauseReason: null, progress: this.progress }),
      items: ({ fromIndex, limit }: { fromIndex: number; limit: number }) => {
        this.itemCalls += 1
        return Promise.resolve(this.items.slice(fromIndex, fromIndex + limit))
      },
    },
    studio: { info: () => Promise.resolve({ engine: { state: 'busy', lastFailure: null } }) },
  }

  onLoad(load: () => void): () => void {
    this.reset = load
    return () => undefined
  }

  on(name: string, listener: (payload: unknown) => void): () => void {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener])
    return () => undefined
  }

  emit(name: string, payload: unknown): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(payload)
    flushSync()
  }
}

let connection: FakeConnection
let jobs: JobsState
const settled = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(200)
  flushSync()
}
const ids = (list: readonly JobView[]): number[] => list.map(({ id }) => id)

beforeEach(async () => {
  vi.useFakeTimers()
  connection = new FakeConnection()
  connection.pending = [job(1, { state: 'running' }), job(2)]
  connection.progress = progress
  jobs = new JobsState(connection as unknown as Connection)
  connection.reset()
  await settled()
  return () => vi.useRealTimers()
})

test('what runs, what waits, how far it is and how the engine is, from the start', () => {
  expect(ids(jobs.pending)).toEqual([1, 2])
  expect(jobs.progress).toEqual(progress)
  expect([jobs.isLoaded, jobs.engine?.state]).toEqual([true, 'busy'])
})

test('a job that ends goes over to the finished ones, and its progress with it', async () => {
  connection.pending = [job(2)]
  connection.emit('job.changed', { job: job(1, { state: 'done', finishedAtMs: 50, itemCounts: { done: 2 } }) })
  expect([ids(jobs.pending), ids(jobs.finished), jobs.progress]).toEqual([[2], [1], null])
  // tried again: it waits as before
  connection.pending = [job(2), job(1)]
  connection.emit('job.changed', { job: job(1) })
  await settled()
  expect([ids(jobs.pending), ids(jobs.finished)]).toEqual([[2, 1], []])
})

test('an order that changed is asked for once after a burst', async () => {
  const asked = vi.spyOn(connection.client.jobs, 'pending')
  connection.pending = [job(1, { state: 'running' }), job(3), job(2)]
  for (let n = 0; n < 5; n++) connection.emit('job.changed', { job: job(3) })
  await settled()
  expect(asked).toHaveBeenCalledTimes(1)
  expect(ids(jobs.pending)).toEqual([1, 3, 2])
})

test('items of a job that nobody looks at are not loaded, and their events are let go', async () => {
  connection.items = [item(0), item(1)]
  connection.emit('items.changed', { jobId: 1, items: [item(0, { state: 'running' })] })
  expect([jobs.itemsOf(1), connection.itemCalls]).toEqual([[], 0])
  await jobs.watch(1)
  expect(jobs.itemsOf(1).map(({ state }) => state)).toEqual(['queued', 'queued'])
  connection.emit('items.changed', { jobId: 1, items: [item(1, { state: 'done', imageId: 7 })] })
  expect(jobs.itemsOf(1).map(({ imageId }) => imageId)).toEqual([null, 7])
})

test('events about items that are not loaded yet leave no gap', async () => {
  connection.items = Array.from({ length: 1_500 }, (_, index) => item(index))
  const { items } = connection.client.jobs
  vi.spyOn(connection.client.jobs, 'items').mockImplementation((asked) => {
    if (asked.fromIndex > 0) {
      connection.emit('items.changed', { jobId: 1, items: [item(1_200, { state: 'running' })] })
      expect(jobs.itemsOf(1)).toHaveLength(1_000)
    }
    return items(asked)
  })
  await jobs.watch(1)
  expect(jobs.itemsOf(1).map(({ itemIndex }) => itemIndex)).toEqual([...connection.items.keys()])
})

test('what an event tells while all is being asked is not undone by an older answer', async () => {
  let answer: () => void = () => undefined
  vi.spyOn(connection.client.studio, 'info').mockImplementation(
    () =>
      new Promise((resolve) => {
        answer = () => {
          resolve({ engine: { state: 'busy', lastFailure: null } })
        }
      }),
  )
  connection.reset()
  await vi.advanceTimersByTimeAsync(0)
  connection.emit('job.changed', { job: job(2, { state: 'done', finishedAtMs: 70 }) })
  answer()
  await vi.advanceTimersByTimeAsync(0)
  expect(ids(jobs.finished)).toEqual([2])
})

test('after a break that cannot be bridged everything is asked anew, watched items too', async () => {
  connection.items = [item(0), item(1)]
  await jobs.watch(1)
  connection.items = [item(0, { state: 'done', imageId: 5 }), item(1, { state: 'running' })]
  connection.pending = [job(1, { state: 'running' })]
  connection.finished = [job(9, { state: 'done', finishedAtMs: 9 })]
  connection.progress = { ...progress, step: 12 }
  connection.reset()
  await settled()
  expect([ids(jobs.pending), ids(jobs.finished), jobs.progress?.step]).toEqual([[1], [9], 12])
  expect(jobs.itemsOf(1).map(({ state }) => state)).toEqual(['done', 'running'])
})

test('the engine that died is told until another works', () => {
  const lastFailure = { code: 'engine-died', message: 'killed', data: {}, retryable: true }
  connection.emit('engine.changed', { state: 'waiting', lastFailure })
  expect(jobs.engine).toEqual({ state: 'waiting', lastFailure })
  connection.emit('engine.changed', { state: 'busy', lastFailure })
  expect(jobs.engine?.state).toBe('busy')
})

test('a job that was removed is forgotten with its items', async () => {
  connection.items = [item(0)]
  await jobs.watch(1)
  connection.emit('job.removed', { id: 1 })
  expect([ids(jobs.pending), jobs.itemsOf(1)]).toEqual([[2], []])
})
