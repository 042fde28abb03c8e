/** What the queue runs, how it is told, and what becomes of it when the engine or the disk fails. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { eventSchemas } from '#shared/contract/events.ts'
import { AppError, type ErrorCode } from '#shared/errors.ts'
import { sha256 } from '../../db/testing/studio-folder.ts'
import type { NumberedEvent } from '../events/event-bus.ts'
import { STEPS, type EngineCall } from './testing/fake-engine.ts'
import { closeQueues, MODEL_DIR, openQueue, type Queue } from './testing/queue-fixture.ts'

afterEach(async () => {
  await closeQueues()
  vi.restoreAllMocks()
})

const failure = (code: ErrorCode, data = {}): AppError => new AppError(code, `the engine says ${code}`, { data })
const died = failure('engine-died')
const stateOf = ({ jobs }: Queue, job: number): string => jobs.get(job).state
const isOver = (queue: Queue, job: number): boolean => !['queued', 'running', 'paused'].includes(stateOf(queue, job))
const named = ({ events }: Queue, ...names: NumberedEvent['name'][]): NumberedEvent[] =>
  events.filter(({ name }) => names.includes(name))

/** Batches by their prompts, in the order they ran. */
const batches = ({ engine }: Queue): string[] => engine.calls.map((call) => call.prompts.join(''))

/** The engine makes everything but what `failing` says. */
function behave(queue: Queue, failing: (call: EngineCall) => AppError | undefined): void {
  queue.engine.behave = (call) => {
    const error = failing(call)
    if (error === undefined) call.makeAll()
    else call.fail(error)
  }
}

const makeAll = (queue: Queue): void => {
  behave(queue, () => undefined)
}

describe('running', () => {
  test('takes as many items as the settings say, of one job after the other', async () => {
    const queue = openQueue()
    makeAll(queue)
    const [first, last] = [queue.add(['a', 'b', 'c', 'd', 'e']), queue.add(['x', 'y'])]
    queue.runner.start()
    await queue.until(() => isOver(queue, last))
    expect(batches(queue)).toEqual(['abcd', 'e', 'xy'])
    expect([stateOf(queue, first), stateOf(queue, last)]).toEqual(['done', 'done'])
    expect(queue.store.names.slice(0, 5)).toEqual(['1-0000', '1-0001', '1-0002', '1-0003', '1-0004'])
    const [a] = queue.items(first)
    expect(queue.db.read.images.get(a.imageId!)).toMatchObject({ prompt: 'a', seed: a.seed })
  })

  test('starts with what is added while nothing runs', async () => {
    const queue = openQueue()
    makeAll(queue)
    queue.runner.start()
    const job = queue.add(['a'])
    await queue.until(() => isOver(queue, job))
    expect(stateOf(queue, job)).toBe('done')
  })

  test('asks for all that the job and the settings say', async () => {
    const queue = openQueue()
    const inputHash = sha256('an input')
    queue.db.transaction((write) => {
      write.inputs.add({ hash: inputHash, fileName: 'x', sizeBytes: 1, widthPx: 1, heightPx: 1, createdAtMs: 1 })
    })
    Object.assign(queue.settings, { threads: 3, maxMemoryBytes: 5_000, previews: false })
    const item = { prompt: 'a', negativePrompt: 'n', seed: 2n ** 64n - 1n, inputHash }
    queue.add([], { items: [item], settings: { strength: 0.25, widthPx: 64 } })
    queue.runner.start()
    expect((await queue.engine.next()).request).toEqual({
      kind: 'image-to-image',
      modelDir: MODEL_DIR,
      strength: 0.25,
      widthPx: 64,
      threads: 3,
      maxMemoryBytes: 5_000,
      previews: false,
      items: [{ prompt: 'a', negativePrompt: 'n', seed: item.seed, inputImage: `/data/inputs/${inputHash}.png` }],
    })
  })

  test('keeps each image as it arrives, one after the other, and does not hold up the engine', async () => {
    const queue = openQueue()
    const job = queue.add(['a', 'b', 'c'])
    const disk = Promise.withResolvers<undefined>()
    queue.store.until = disk.promise
    queue.runner.start()
    const call = await queue.engine.next()
    call.image(1)
    call.image(0)
    call.step([2], 1)
    expect(queue.states(job)).toBe('a:running b:running c:running')
    disk.resolve(undefined)
    await queue.until(() => queue.states(job) === 'a:done b:done c:running')
    expect(queue.store.names).toEqual(['1-0001', '1-0000'])
    call.image(2)
    call.finish()
    await queue.until(() => isOver(queue, job))
  })

  test('tells what it does, as the contract has it', async () => {
    const queue = openQueue()
    const job = queue.add(['a', 'b'])
    queue.runner.start()
    const call = await queue.engine.next()
    const pixels = new Uint8Array(4 * 4 * 3).fill(90)
    call.tell({ type: 'plan', imageCount: 2, stepsPerImage: STEPS, microBatches: [[0, 1]] })
    call.tell({ type: 'activity', activity: 'denoising' })
    call.tell({ type: 'warning', message: 'the prompt was cut' })
    call.tell({ type: 'warning', message: 'the prompt was cut' })
    call.step([0, 1], 1, [{ item: 1, widthPx: 4, heightPx: 4, pixels }])
    const [a, b] = queue.items(job)
    await queue.until(() => named(queue, 'item.preview', 'job.progress').length === 2)
    expect(named(queue, 'job.progress')[0].payload).toMatchObject({
      jobId: job,
      activity: 'denoising',
      itemIds: [a.id, b.id],
      step: 1,
      stepsPerImage: STEPS,
      itemsFinished: 0,
      itemCount: 2,
    })
    expect(queue.jobs.queueState().progress).toMatchObject({ jobId: job, step: 1 })
    expect(named(queue, 'item.preview')[0].payload).toMatchObject({ itemId: b.id, step: 1, widthPx: 4 })
    expect(named(queue, 'warning').map(({ payload }) => payload)).toEqual([
      { message: `job ${job}: the prompt was cut` },
    ])
    // who asks later is told, too
    expect(queue.jobs.get(job).warnings).toEqual(['the prompt was cut'])
    queue.events.length = 0
    call.image(0)
    await queue.until(() => queue.states(job) === 'a:done b:running')
    await queue.until(() => named(queue, 'job.changed').length > 0)
    expect(queue.events.filter(({ name }) => name !== 'job.progress').map(({ name }) => name)).toEqual([
      'image.added',
      'items.changed',
      'job.changed',
    ])
    call.image(1)
    call.finish()
    await queue.until(() => isOver(queue, job))
    for (const { name, payload } of queue.events)
      expect(() => eventSchemas[name].encode(payload as never)).not.toThrow()
    expect(queue.jobs.queueState().progress).toBeNull()
  })

  test('goes on with what somebody moved to the front, after the batch in hand', async () => {
    const queue = openQueue()
    Object.assign(queue.settings, { imagesAtOnce: 1 })
    const [a, b] = [queue.add(['a1', 'a2']), queue.add(['b'])]
    queue.runner.start()
    const call = await queue.engine.next()
    queue.jobs.moveToFront(b)
    expect(call.signal.aborted).toBe(false)
    call.makeAll()
    const next = await queue.engine.next()
    expect([next.prompts, stateOf(queue, a), stateOf(queue, b)]).toEqual([['b'], 'queued', 'running'])
    next.makeAll()
    expect((await queue.engine.next()).prompts).toEqual(['a2'])
  })

  test('is not disturbed by a clock that jumps back', async () => {
    const queue = openQueue()
    makeAll(queue)
    let now = 1_800_000_000_000
    vi.spyOn(Date, 'now').mockImplementation(() => (now -= 60_000))
    const job = queue.add(['a', 'b', 'c', 'd', 'e'])
    queue.runner.start()
    await queue.until(() => isOver(queue, job))
    expect(queue.jobs.get(job)).toMatchObject({ state: 'done', itemCounts: { done: 5 } })
  })
})

describe('an engine that goes down', () => {
  test('finds the poisonous item among four: its neighbours are made, it is set aside, the queue goes on', async () => {
    const queue = openQueue()
    behave(queue, ({ prompts }) => (prompts.includes('poison') ? died : undefined))
    const [job, other] = [queue.add(['a', 'b', 'poison', 'd']), queue.add(['x'])]
    queue.runner.start()
    await queue.until(() => isOver(queue, other))
    expect(batches(queue)).toEqual(['abpoisond', 'a', 'b', 'poison', 'd', 'x'])
    expect(queue.states(job)).toBe('a:done b:done poison:set-aside d:done')
    expect(queue.items(job)[2]).toMatchObject({ crashCount: 2, attempts: 2, error: died.toWire() })
    expect(stateOf(queue, job)).toBe('failed')
  })

  test('keeps what was made before', async () => {
    const queue = openQueue()
    const job = queue.add(['a', 'b'])
    queue.runner.start()
    const call = await queue.engine.next()
    call.image(0)
    call.fail(failure('out-of-memory', { engineDied: true }))
    const next = await queue.engine.next()
    expect([next.prompts, queue.states(job), queue.items(job)[1].crashCount]).toEqual([['b'], 'a:done b:running', 1])
  })

  test('before it could begin is started again, with nothing held against the items; then the queue waits', async () => {
    const queue = openQueue()
    behave(queue, () => failure('engine-died', { neverStarted: true }))
    const job = queue.add(['a', 'b'])
    queue.runner.start()
    await queue.until(() => queue.jobs.queueState().isPaused)
    expect(batches(queue)).toEqual(['ab', 'ab', 'ab', 'ab', 'ab'])
    expect(queue.jobs.queueState().pauseReason).toMatchObject({ code: 'engine-died' })
    expect(queue.items(job).map(({ state, crashCount }) => [state, crashCount])).toEqual([
      ['queued', 0],
      ['queued', 0],
    ])
  })

  test('with each item of a job gives the job up, not the queue', async () => {
    const queue = openQueue()
    behave(queue, ({ prompts }) => (prompts[0] === 'big' ? failure('engine-hung') : undefined))
    const [job, other] = [queue.add(Array.from({ length: 50 }, () => 'big')), queue.add(['x'])]
    queue.runner.start()
    await queue.until(() => isOver(queue, other))
    expect(queue.jobs.get(job)).toMatchObject({ state: 'failed', itemCounts: { 'set-aside': 5, failed: 45 } })
    expect(stateOf(queue, other)).toBe('done')
    expect(queue.items(job)[49].error).toMatchObject({ code: 'engine-hung' })
    // tried again, it gets the same patience
    behave(queue, ({ request }) => (request.items[0].seed === queue.items(job)[0].seed ? died : undefined))
    expect(queue.jobs.retry(job)).toBe(50)
    await queue.until(() => isOver(queue, job))
    expect(queue.jobs.get(job).itemCounts).toEqual({ 'set-aside': 1, done: 49 })
  })
})

describe('an engine that reports', () => {
  test('too little memory for several: makes them one at a time', async () => {
    const queue = openQueue()
    behave(queue, ({ prompts }) => (prompts.length > 1 ? failure('out-of-memory') : undefined))
    const job = queue.add(['a', 'b', 'c'])
    queue.runner.start()
    await queue.until(() => isOver(queue, job))
    expect([batches(queue), stateOf(queue, job)]).toEqual([['abc', 'a', 'b', 'c'], 'done'])
  })

  test.each(['out-of-memory', 'not-finite', 'image-invalid'] as const)(
    '%s with one item: that fails with the reason, the others are made',
    async (code) => {
      const queue = openQueue()
      behave(queue, ({ prompts }) => (prompts.includes('bad') ? failure(code) : undefined))
      const job = queue.add(['a', 'bad', 'c'])
      queue.runner.start()
      await queue.until(() => isOver(queue, job))
      expect(queue.states(job)).toBe('a:done bad:failed c:done')
      expect(queue.items(job)[1]).toMatchObject({ error: failure(code).toWire(), crashCount: 0 })
    },
  )

  test.each(['model-not-found', 'weights-invalid', 'memory-limit-too-small', 'size-not-divisible'] as const)(
    '%s: the whole job fails at once and can be tried again, the next one runs',
    async (code) => {
      const queue = openQueue()
      behave(queue, ({ prompts }) => (prompts[0].startsWith('a') ? failure(code) : undefined))
      const [job, other] = [queue.add(Array.from({ length: 1_000 }, (_, index) => `a${index}`)), queue.add(['x'])]
      queue.runner.start()
      await queue.until(() => isOver(queue, other))
      expect(queue.engine.calls).toHaveLength(2)
      expect(queue.jobs.get(job).itemCounts).toEqual({ failed: 1_000 })
      expect(queue.items(job)[999].error).toEqual(failure(code).toWire())
      makeAll(queue)
      expect(queue.jobs.retry(job)).toBe(1_000)
      await queue.until(() => queue.jobs.get(job).itemCounts.done === 8)
    },
  )

  test('that it is of another version: nothing fails, the queue waits with the reason', async () => {
    const queue = openQueue()
    behave(queue, () => failure('engine-protocol'))
    const job = queue.add(['a', 'b'])
    queue.runner.start()
    await queue.until(() => queue.jobs.queueState().isPaused)
    expect(queue.jobs.queueState().pauseReason).toMatchObject({ code: 'engine-protocol' })
    expect(queue.states(job)).toBe('a:queued b:queued')
  })

  test('that somebody unknown stopped it: the items wait, and it is tried again', async () => {
    const queue = openQueue()
    behave(queue, () => (queue.engine.calls.length === 1 ? failure('cancelled') : undefined))
    const job = queue.add(['a', 'b'])
    queue.runner.start()
    await queue.until(() => named(queue, 'warning').length === 1)
    // it rests until then: nothing that this did itself wakes it
    expect(queue.states(job)).toBe('a:queued b:queued')
    await new Promise(setImmediate)
    expect(queue.engine.calls).toHaveLength(1)
    queue.runner.wake()
    await queue.until(() => isOver(queue, job))
    expect(stateOf(queue, job)).toBe('done')
  })

  test('success without an image: that is a failure', async () => {
    const queue = openQueue()
    queue.engine.behave = (call) => {
      if (call.prompts.length === 1 && call.prompts[0] !== 'b') call.image(0)
      call.finish()
    }
    const job = queue.add(['a', 'b'])
    queue.runner.start()
    await queue.until(() => isOver(queue, job))
    expect([queue.states(job), queue.items(job)[1].error?.code]).toEqual(['a:done b:failed', 'internal'])
  })
})

describe('an image that cannot be kept', () => {
  test.each(['disk-full', 'output-not-writable', 'database-corrupt'] as const)(
    '%s: nothing is lost, the queue waits with the reason, and goes on when it is told to',
    async (code) => {
      const queue = openQueue()
      makeAll(queue)
      queue.store.error = failure(code)
      const job = queue.add(['a', 'b', 'c', 'd', 'e'])
      queue.runner.start()
      await queue.until(() => queue.jobs.queueState().isPaused)
      expect(queue.jobs.queueState()).toMatchObject({ pauseReason: failure(code).toWire(), progress: null })
      expect(queue.states(job)).toBe('a:queued b:queued c:queued d:queued e:queued')
      expect(queue.engine.calls[0].signal.aborted).toBe(true)
      queue.store.error = undefined
      queue.jobs.resumeQueue()
      await queue.until(() => isOver(queue, job))
      expect([stateOf(queue, job), batches(queue)]).toEqual(['done', ['abcd', 'abcd', 'e']])
      expect(queue.db.read.history.count()).toBe(5)
    },
  )

  test('while another process writes for long: it is tried again', async () => {
    const queue = openQueue()
    makeAll(queue)
    const save = vi.spyOn(queue.store, 'save')
    for (let i = 0; i < 2; i++) save.mockRejectedValueOnce(failure('data-folder-busy'))
    const job = queue.add(['a'])
    queue.runner.start()
    await queue.until(() => isOver(queue, job))
    expect([stateOf(queue, job), save.mock.calls.length, queue.engine.calls.length]).toEqual(['done', 3, 1])
  })

  test('for a reason of its own fails alone', async () => {
    const queue = openQueue()
    makeAll(queue)
    vi.spyOn(queue.store, 'save').mockRejectedValueOnce(new TypeError('not foreseen'))
    const job = queue.add(['a', 'b'])
    queue.runner.start()
    await queue.until(() => isOver(queue, job))
    expect([queue.states(job), queue.items(job)[0].error?.code]).toEqual(['a:failed b:done', 'internal'])
  })

  test('nor written down that it cannot: it is said, and tried again', async () => {
    const queue = openQueue()
    makeAll(queue)
    const job = queue.add(['a'])
    queue.store.error = failure('disk-full')
    let isFull = true
    const original = queue.db.transaction.bind(queue.db)
    vi.spyOn(queue.db, 'transaction').mockImplementation((work) => {
      if (isFull && queue.engine.calls.length > 0) throw failure('disk-full')
      return original(work)
    })
    queue.runner.start()
    await queue.until(() => named(queue, 'warning').length === 1)
    expect(queue.states(job)).toBe('a:running')
    isFull = false
    queue.store.error = undefined
    queue.runner.wake()
    await queue.until(() => isOver(queue, job))
    expect(queue.items(job)[0]).toMatchObject({ state: 'done', crashCount: 0 })
  })
})
