/** Commands on the queue, without anyone who runs it. */
import { afterEach, describe, expect, test } from 'vitest'
import type { ContractHandlers } from '#shared/contract/contract.ts'
import { ItemViewSchema, JobViewSchema, NewJobSchema, QueueStateSchema, type NewJob } from '#shared/contract/jobs.ts'
import { AppError, type ErrorCode } from '#shared/errors.ts'
import { NO_FACTS } from '#shared/model-summary.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { sampleImage, sha256 } from '../../db/testing/studio-folder.ts'
import { createRouter } from '../contract/router.ts'
import { createJobsHandlers } from './jobs-handlers.ts'
import { closeQueues, commandsOn, guestOf, MODEL_DIR, openQueue, type Queue } from './testing/queue-fixture.ts'

afterEach(closeQueues)

const error = (code: ErrorCode): Error => expect.objectContaining({ name: 'AppError', code }) as Error
const newJob = (job: Record<string, unknown>): NewJob => NewJobSchema.parse(job)
const eventNames = ({ events }: Queue): string[] => events.map(({ name }) => name)
const order = ({ jobs }: Queue): number[] => jobs.pending().map(({ id }) => id)

function addInput(db: StudioDatabase): string {
  const hash = sha256('an input')
  db.transaction((write) => {
    write.inputs.add({ hash, fileName: `inputs/${hash}.png`, sizeBytes: 5, widthPx: 1, heightPx: 1, createdAtMs: 1 })
  })
  return hash
}

/** Starts the next items, as a runner would. */
function startNext({ db }: Queue, count: number): number[] {
  return db.transaction((write) =>
    db.read.jobItems.next(count).map(({ id }) => {
      write.jobItems.start(id, 5)
      return id
    }),
  )
}

function end({ db }: Queue, itemId: number, how: 'done' | 'failed'): void {
  db.transaction((write) => {
    if (how === 'done') write.jobItems.finish(itemId, write.images.add(sampleImage()), 9)
    else write.jobItems.fail(itemId, new AppError('not-finite', 'not a number').toWire(), 9)
  })
}

describe('a new job', () => {
  test('is complete before anything runs: its model, and a seed for each image', () => {
    const queue = openQueue()
    const settings = { numInferenceSteps: 7, scheduler: 'euler' }
    const items = [{ prompt: 'a', seed: '18446744073709551615' }, { prompt: 'b', negativePrompt: 'n' }, { prompt: 'c' }]
    const view = queue.jobs.add(newJob({ settings, items }))
    expect(view).toMatchObject({ state: 'queued', title: 'a', kind: 'text-to-image', settings, modelName: 'starter' })
    expect(view).not.toHaveProperty('modelId')
    expect(queue.db.read.jobs.get(view.id).request).toEqual({ kind: 'text-to-image', modelDir: MODEL_DIR, ...settings })
    const [a, b, c] = queue.items(view.id)
    expect([a.seed, a.negativePrompt, b.negativePrompt]).toEqual([2n ** 64n - 1n, '', 'n'])
    expect(b.seed).toBeLessThan(2n ** 32n)
    expect(c.seed).not.toBe(b.seed)
    expect(queue.events.map(({ name, payload }) => [name, payload])).toEqual([['job.changed', { job: view }]])
  })

  test('names its model as the list does, and cuts a long prompt between characters', () => {
    const { db, jobs } = openQueue()
    const model = {
      path: MODEL_DIR,
      name: 'My model',
      architecture: 'x',
      hash: 'h',
      sizeBytes: 1,
      seenAtMs: 1,
      problem: null,
      facts: NO_FACTS,
    }
    const modelId = db.transaction((write) => write.models.save(model))
    const { title, ...view } = jobs.add(newJob({ items: [{ prompt: '😀'.repeat(121) }] }))
    expect(view).toMatchObject({ modelId, modelName: 'My model' })
    expect(title).toBe(`${'😀'.repeat(119)}…`)
    expect(jobs.add(newJob({ items: [{ prompt: '😀'.repeat(120) }] })).title).toBe('😀'.repeat(120))
  })

  test('makes images from inputs if all items have one', () => {
    const { db, jobs } = openQueue()
    const inputHash = addInput(db)
    const both = [{ prompt: 'a', inputHash }, { prompt: 'b' }]
    const settings = { strength: 0.5, resizeMode: 'crop' }
    expect(jobs.add(newJob({ settings, items: [both[0]] }))).toMatchObject({ kind: 'image-to-image', settings })
    const refused: [ErrorCode, NewJob][] = [
      ['invalid-argument', newJob({ items: both })],
      ['invalid-argument', newJob({ settings: { strength: 0.5 }, items: [both[1]] })],
      ['invalid-argument', newJob({ settings: { resizeMode: 'crop' }, items: [both[1]] })],
      ['not-found', newJob({ items: [{ prompt: 'a', inputHash: sha256('unknown') }] })],
      ['size-not-divisible', newJob({ settings: { widthPx: 68 }, items: [both[1]] })],
    ]
    for (const [code, job] of refused) expect(() => jobs.add(job), JSON.stringify(job.items)).toThrow(error(code))
    expect(jobs.pending()).toHaveLength(1)
  })

  test('comes with others in their order, or none of them comes', () => {
    const queue = openQueue()
    const waiting = queue.add(['a'])
    const prompts = (jobs: Record<string, unknown>[]): NewJob[] => jobs.map(newJob)
    const added = queue.jobs.addAll(
      prompts([
        { items: [{ prompt: 'b' }], front: true },
        { items: [{ prompt: 'c' }] },
        { items: [{ prompt: 'd' }], front: true },
      ]),
    )
    expect(added.map(({ title }) => title)).toEqual(['b', 'c', 'd'])
    const [b, c, d] = added.map(({ id }) => id)
    expect(order(queue)).toEqual([b, d, waiting, c])
    const told = queue.events.length
    const refused = prompts([{ items: [{ prompt: 'e' }] }, { settings: { strength: 0.5 }, items: [{ prompt: 'f' }] }])
    expect(() => queue.jobs.addAll(refused)).toThrow(error('invalid-argument'))
    expect([order(queue).length, queue.events.length]).toEqual([4, told])
  })

  test('goes to the end, or before everything that waits', () => {
    const queue = openQueue()
    const [a, b] = [queue.add(['a']), queue.add(['b'])]
    const c = queue.add(['c'], { front: true })
    expect(order(queue)).toEqual([c, a, b])
  })

  test('of 100,000 images is accepted in a few seconds, cancelled and tried again', () => {
    const queue = openQueue()
    const items = Array.from({ length: 100_000 }, (_, index) => ({ prompt: `${index}`, negativePrompt: 'blur' }))
    const since = performance.now()
    const { id, itemCounts } = queue.jobs.add({ ...newJob({ items: items.slice(0, 1) }), items })
    expect(performance.now() - since).toBeLessThan(15_000)
    expect(itemCounts).toEqual({ queued: 100_000 })
    queue.jobs.cancel(id)
    expect(queue.jobs.retry(id)).toBe(100_000)
    // a client reads what it shows again, instead of being told 200,000 items
    expect(eventNames(queue)).toEqual(['job.changed', 'data.changed', 'job.changed', 'data.changed', 'job.changed'])
    expect(queue.jobs.items(id, 99_999, 10).map(({ prompt }) => prompt)).toEqual(['99999'])
  })
})

describe('order', () => {
  test('of jobs and of items, each move told', () => {
    const queue = openQueue()
    const [a, b, c] = [queue.add(['a1', 'a2']), queue.add(['b']), queue.add(['c'])]
    queue.events.length = 0
    queue.jobs.moveToFront(c)
    expect(order(queue)).toEqual([c, a, b])
    queue.jobs.moveToEnd(c)
    expect(order(queue)).toEqual([a, b, c])
    queue.jobs.moveBefore(c, b)
    expect(order(queue)).toEqual([a, c, b])
    const [a1, a2] = queue.items(a)
    queue.jobs.moveItemBefore(a2.id, a1.id)
    expect(queue.db.read.jobItems.next(2).map(({ prompt }) => prompt)).toEqual(['a2', 'a1'])
    expect(eventNames(queue)).toEqual(['job.changed', 'job.changed', 'job.changed', 'items.changed', 'job.changed'])
  })
})

describe('stopping', () => {
  test('a job: what waits and what runs is cancelled, what is done stays', () => {
    const queue = openQueue()
    const job = queue.add(['a', 'b', 'c'])
    const [a] = startNext(queue, 2)
    end(queue, a, 'done')
    queue.jobs.cancel(job)
    expect(queue.states(job)).toBe('a:done b:cancelled c:cancelled')
    expect(queue.jobs.get(job).state).toBe('cancelled')
    expect(() => {
      queue.jobs.cancel(job)
    }).toThrow(error('state-conflict'))
  })

  test('an item, also one that runs', () => {
    const queue = openQueue()
    const job = queue.add(['a', 'b'])
    const [a] = startNext(queue, 1)
    queue.jobs.cancelItem(a)
    expect([queue.states(job), queue.jobs.get(job).state]).toEqual(['a:cancelled b:queued', 'running'])
    expect(eventNames(queue).slice(1)).toEqual(['items.changed', 'job.changed'])
  })

  test('a job, for a while: what runs is finished first, or put back now', () => {
    const queue = openQueue()
    const job = queue.add(['a', 'b'])
    startNext(queue, 1)
    queue.jobs.pause(job, false)
    expect([queue.states(job), queue.jobs.get(job).state]).toEqual(['a:running b:queued', 'paused'])
    queue.jobs.pause(job, true)
    expect([queue.states(job), queue.jobs.get(job).state]).toEqual(['a:queued b:queued', 'paused'])
    expect(queue.db.read.jobItems.next(1)).toEqual([])
    queue.jobs.resume(job)
    expect(queue.db.read.jobItems.next(1)).toHaveLength(1)
  })

  test('the whole queue, over restarts', () => {
    const queue = openQueue()
    const job = queue.add(['a', 'b'])
    startNext(queue, 2)
    queue.jobs.pauseQueue(false)
    expect(queue.states(job)).toBe('a:running b:running')
    queue.jobs.pauseQueue(true)
    expect(queue.states(job)).toBe('a:queued b:queued')
    const paused = { isPaused: true, pauseReason: null, progress: null }
    expect(queue.events.findLast(({ name }) => name === 'queue.changed')?.payload).toEqual({
      isPaused: true,
      pauseReason: null,
    })
    // another process, another day
    const guest = guestOf(queue)
    expect(guest.queueState()).toEqual(paused)
    guest.resumeQueue()
    expect(queue.jobs.queueState()).toEqual({ ...paused, isPaused: false })
  })
})

describe('again', () => {
  test('all of a job that did not come to its image, also when the job is over', () => {
    const queue = openQueue()
    const job = queue.add(['a', 'b', 'c', 'd'])
    const [a, b] = startNext(queue, 3)
    end(queue, a, 'done')
    end(queue, b, 'failed')
    queue.jobs.cancel(job)
    const seeds = queue.items(job).map(({ seed }) => seed)
    expect(queue.jobs.retry(job)).toBe(3)
    expect(queue.states(job)).toBe('a:done b:queued c:queued d:queued')
    expect(queue.items(job).map(({ seed }) => seed)).toEqual(seeds)
    expect([order(queue), queue.jobs.retry(job)]).toEqual([[job], 0])
    expect(() => queue.jobs.retry(job + 1)).toThrow(error('not-found'))
  })

  test('one item', () => {
    const queue = openQueue()
    const job = queue.add(['a', 'b'])
    const [a] = startNext(queue, 1)
    end(queue, a, 'failed')
    queue.jobs.retryItem(a)
    expect(queue.states(job)).toBe('a:queued b:queued')
  })

  test('a copy of a job, with its seeds or with new ones', () => {
    const queue = openQueue()
    const job = queue.add(['a', 'b'], { settings: { widthPx: 64 } })
    queue.jobs.cancel(job)
    const same = queue.jobs.duplicate(job, false)
    const other = queue.jobs.duplicate(job, true)
    expect([same.state, same.settings, order(queue)]).toEqual(['queued', { widthPx: 64 }, [same.id, other.id]])
    const seeds = (id: number): bigint[] => queue.items(id).map(({ seed }) => seed)
    expect(seeds(same.id)).toEqual(seeds(job))
    expect(seeds(other.id)).not.toEqual(seeds(job))
    expect(queue.states(other.id)).toBe('a:queued b:queued')
  })

  test('a copy of what makes images again leaves out those that were deleted', () => {
    const queue = openQueue()
    const { db, jobs } = queue
    const [first, second] = db.transaction((write) => [
      write.images.add(sampleImage()),
      write.images.add(sampleImage()),
    ])
    const item = { prompt: 'a', negativePrompt: '', seed: 1n }
    const id = db.transaction((write) =>
      write.jobs.add(
        { kind: 'text-to-image', modelDir: MODEL_DIR },
        [first, second].map((reproducesImageId) => ({ ...item, reproducesImageId })),
        1,
      ),
    )
    const remove = (imageId: number): void => {
      db.transaction((write) => {
        write.images.remove(imageId)
      })
    }
    remove(first)
    const copy = jobs.duplicate(id, false)
    expect(copy.isReproduction).toBe(true)
    expect(queue.items(copy.id).map(({ reproducesImageId }) => reproducesImageId)).toEqual([second])
    expect(() => jobs.duplicate(id, true)).toThrow(error('invalid-argument'))
    remove(second)
    expect(() => jobs.duplicate(id, false)).toThrow(error('not-found'))
  })
})

test('a finished job is removed, one that is not is refused', () => {
  const queue = openQueue()
  const job = queue.add(['a'])
  expect(() => {
    queue.jobs.remove(job)
  }).toThrow(error('state-conflict'))
  queue.jobs.cancel(job)
  expect(queue.jobs.finished(5).map(({ id }) => id)).toEqual([job])
  queue.jobs.remove(job)
  expect(queue.events.at(-1)).toMatchObject({ name: 'job.removed', payload: { id: job } })
  expect(() => queue.jobs.items(job, 0, 1)).toThrow(error('not-found'))
})

test('many changed items are told in parts', () => {
  const queue = openQueue()
  const job = queue.add(Array.from({ length: 450 }, (_, index) => `${index}`))
  queue.jobs.cancel(job)
  const parts = queue.events.filter((event) => event.name === 'items.changed')
  expect(parts.map(({ payload }) => payload.items.length)).toEqual([200, 200, 50])
  expect(parts[2].payload.items[49]).toMatchObject({ prompt: '449', state: 'cancelled' })
})

test('each procedure of the contract gives what the contract says', async () => {
  const { db, bus } = openQueue()
  const jobs = createJobsHandlers(commandsOn(db, bus))
  // areas that are not called need no handlers
  const handlers = new Proxy({} as ContractHandlers, { get: (_, area) => (area === 'jobs' ? jobs : {}) })
  const router = createRouter(handlers)
  const call = (name: string, input: unknown = {}): Promise<unknown> => router.call(`jobs.${name}`, input)
  const { id } = JobViewSchema.parse(await call('add', { items: [{ prompt: 'a', seed: 5 }, { prompt: 'b' }] }))
  const other = JobViewSchema.parse(await call('duplicate', { id })).id
  const items = ItemViewSchema.array().parse(await call('items', { jobId: id }))
  expect(items.map(({ prompt, seed }) => [prompt, typeof seed])).toEqual([
    ['a', 'bigint'],
    ['b', 'bigint'],
  ])
  const [itemId, otherItemId] = items.map((item) => item.id)
  const steps: [string, unknown][] = [
    ['moveToFront', { id: other }],
    ['moveToEnd', { id: other }],
    ['moveBefore', { id: other, otherId: id }],
    ['moveItemBefore', { itemId: otherItemId, otherItemId: itemId }],
    ['pause', { id }],
    ['resume', { id }],
    ['cancelItem', { itemId }],
    ['retryItem', { itemId }],
    ['pauseQueue', { now: true }],
    ['resumeQueue', {}],
    ['cancel', { id: other }],
    ['remove', { id: other }],
  ]
  for (const [name, input] of steps) expect(await call(name, input), name).toBeUndefined()
  expect(await call('retry', { id })).toEqual({ itemCount: 0 })
  expect(JobViewSchema.array().parse(await call('pending'))).toHaveLength(1)
  expect(await call('finished')).toEqual([])
  expect(JobViewSchema.parse(await call('get', { id })).state).toBe('queued')
  expect(QueueStateSchema.parse(await call('queueState'))).toEqual({
    isPaused: false,
    pauseReason: null,
    progress: null,
  })
})
