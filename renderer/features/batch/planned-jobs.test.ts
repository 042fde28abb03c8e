import { SvelteMap } from 'svelte/reactivity'
import { expect, test } from 'vitest'
import { MAX_JOBS_AT_ONCE, type ItemView, type JobView } from '#shared/contract/jobs.ts'
import { AppError } from '#shared/errors.ts'
import type { RememberedJob } from '#renderer/state/batch-draft.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { GridPlanner, type PlannedImage } from './plan.ts'
import { PlannedJobs } from './planned-jobs.svelte.ts'

/** A studio that takes jobs, and a memory for them. */
function studioWith({ refuses = false } = {}) {
  const items = new SvelteMap<number, ItemView[]>()
  const added: { items: { prompt: string; seed: string }[] }[] = []
  const remembered: RememberedJob[] = []
  const add = (request: (typeof added)[number]): Pick<JobView, 'id'> => {
    const id = added.push(request)
    items.set(
      id,
      request.items.map((item, itemIndex) => ({
        ...{ id: id * 100 + itemIndex, jobId: id, itemIndex, state: 'queued', negativePrompt: '', attempts: 0 },
        ...{ crashCount: 0, error: null, startedAtMs: null, finishedAtMs: null, imageId: null },
        ...{ reproducesImageId: null, verdictId: null, prompt: item.prompt, seed: BigInt(item.seed) },
      })),
    )
    return { id }
  }
  const addAll = (request: { jobs: typeof added }): Promise<Pick<JobView, 'id'>[]> =>
    refuses ? Promise.reject(new AppError('connection-lost', 'gone')) : Promise.resolve(request.jobs.map(add))
  const watch = (id: number): Promise<void> =>
    items.has(id) ? Promise.resolve() : Promise.reject(new AppError('not-found', 'no such job'))
  const pending = (): JobView[] => [...items.keys()].map((id) => ({ id, itemCounts: {} }) as JobView)
  const jobs = {
    watch,
    itemsOf: (id: number) => items.get(id) ?? [],
    get pending() {
      return pending()
    },
  }
  const memory = {
    get jobs() {
      return remembered
    },
    remember: (id: number, settingsKey: string) => remembered.push({ id, settingsKey }),
    forget: (id: number) =>
      remembered.splice(
        remembered.findIndex((job) => job.id === id),
        1,
      ),
  }
  const grid = new PlannedJobs(
    { api: { jobs: { addAll } }, jobs, models: { isLoaded: true } } as unknown as StudioState,
    memory,
  )
  const change = (id: number, at: number, changes: Partial<ItemView>): void => {
    items.set(id, items.get(id)!.with(at, { ...items.get(id)![at], ...changes }))
  }
  return { grid, added, remembered, change }
}

function images(...steps: number[]): PlannedImage[] {
  const rows = steps.map((numInferenceSteps, index) => ({
    ...{ id: index + 1, prompt: `p${index}`, settings: { numInferenceSteps } },
  }))
  const input = { negative: '', imagesPerPrompt: 2, seedPolicy: 'fixed', firstSeed: '5', seedList: '' } as const
  return new GridPlanner()
    .plan({ rows, ...input, drawnSeeds: [], modelId: 1, settings: {}, wildcards: {} })
    .flatMap(({ lines }) => lines.flatMap((line) => line.images))
}

test('each set of settings becomes a job, and every image finds its item', async () => {
  const { grid, added, remembered, change } = studioWith()
  const planned = images(10, 20, 10)
  await grid.add(planned)
  expect(added.map(({ items }) => items.map(({ prompt, seed }) => prompt + seed))).toEqual([
    ['p05', 'p06', 'p25', 'p26'],
    ['p15', 'p16'],
  ])
  expect(remembered.map(({ id }) => id)).toEqual([1, 2])
  expect(planned.map((image) => grid.itemOf(image)?.id)).toEqual([100, 101, 200, 201, 102, 103])
  expect(grid.placeOf(grid.itemOf(planned[2])!)).toBe(5)
  expect(grid.missing(planned)).toEqual([])
  // the same prompt and seed with other settings is another image
  expect(grid.missing(images(11))).toHaveLength(2)
  change(1, 2, { state: 'done', imageId: 9 })
  change(2, 0, { state: 'cancelled' })
  expect(grid.madeIds(planned)).toEqual([9])
  expect(grid.missing(planned)).toEqual([planned[2]])
})

test('what is refused can be asked for again', async () => {
  const { grid, remembered } = studioWith({ refuses: true })
  const planned = images(10, 20)
  await grid.add(planned)
  expect(grid.error?.code).toBe('connection-lost')
  expect([grid.isAdding, remembered.length]).toEqual([false, 0])
  expect(grid.missing(planned)).toEqual(planned)
})

test('more sets of settings than are remembered are refused before any is added', async () => {
  const { grid, added } = studioWith()
  await grid.add(images(...Array.from({ length: MAX_JOBS_AT_ONCE + 1 }, (_, index) => index + 1)))
  expect([grid.error?.code, added.length]).toEqual(['invalid-argument', 0])
})

test('a job that is gone is forgotten, and only then is it known what is to be made', async () => {
  const { grid, remembered } = studioWith()
  remembered.push({ id: 77, settingsKey: 'x' })
  const loading = grid.load()
  expect(grid.isReady).toBe(false)
  await loading
  expect([remembered, grid.isReady]).toEqual([[], true])
})
