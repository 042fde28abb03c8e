/** What runs is stopped: by a pause, a cancellation, a guest, an end of the studio, or a crash of it. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { openTemporary, sampleImage, temporaryFolder } from '../../db/testing/studio-folder.ts'
import type { MadeImage } from '../images/image-store.ts'
import type { QueueRunnerOptions } from './queue-runner.ts'
import type { EngineCall } from './testing/fake-engine.ts'
import { closeQueues, guestOf, MODEL_DIR, openQueue, type Queue } from './testing/queue-fixture.ts'
import { recoverInterrupted } from '../recovery/recover-interrupted.ts'

afterEach(async () => {
  await closeQueues()
  vi.restoreAllMocks()
})

const seedsOf = (call: EngineCall): bigint[] => call.request.items.map(({ seed }) => seed)
const isOver = (queue: Queue, job: number): boolean => queue.jobs.get(job).finishedAtMs !== null

/** With all items of one job in the engine's hands. */
async function running(prompts: string[], options: Parameters<typeof openQueue>[0] = {}) {
  const queue = openQueue(options)
  const job = queue.add(prompts)
  queue.runner.start()
  return { queue, job, call: await queue.engine.next() }
}

/** As the owner does twice a second. */
function lookForChanges({ db, runner }: Queue): void {
  expect(db.changedByOthers()).toBe(true)
  runner.wake()
}

describe('a pause', () => {
  test('of the queue, now: the same images begin again when it goes on', async () => {
    const { queue, job, call } = await running(['a', 'b', 'c'])
    call.image(0)
    await queue.until(() => queue.states(job) === 'a:done b:running c:running')
    queue.jobs.pauseQueue(true)
    expect(call.signal.aborted).toBe(true)
    await queue.until(() => queue.jobs.get(job).state === 'queued')
    expect(queue.states(job)).toBe('a:done b:queued c:queued')
    queue.jobs.resumeQueue()
    const next = await queue.engine.next()
    expect(seedsOf(next)).toEqual(seedsOf(call).slice(1))
    next.makeAll()
    await queue.until(() => isOver(queue, job))
    expect(queue.items(job).map(({ attempts, crashCount }) => [attempts, crashCount])).toEqual([
      [1, 0],
      [2, 0],
      [2, 0],
    ])
  })

  test('of the queue: what runs is finished, nothing more is started', async () => {
    const { queue, job, call } = await running(['a', 'b', 'c', 'd', 'e'])
    queue.jobs.pauseQueue(false)
    expect(call.signal.aborted).toBe(false)
    call.makeAll()
    await queue.until(() => queue.jobs.get(job).state === 'queued')
    expect(queue.states(job)).toBe('a:done b:done c:done d:done e:queued')
    expect(queue.engine.calls).toHaveLength(1)
  })

  test('of a job, now: the others run', async () => {
    const { queue, job, call } = await running(['a', 'b'])
    queue.add(['x'])
    queue.jobs.pause(job, true)
    expect(call.signal.aborted).toBe(true)
    expect((await queue.engine.next()).prompts).toEqual(['x'])
    expect([queue.states(job), queue.jobs.get(job).state]).toEqual(['a:queued b:queued', 'paused'])
  })

  test('that comes while an image is being kept: it is kept, and not made again', async () => {
    const { queue, job, call } = await running(['a', 'b'])
    const disk = Promise.withResolvers<undefined>()
    queue.store.until = disk.promise
    call.image(0)
    queue.jobs.pauseQueue(true)
    expect(queue.states(job)).toBe('a:queued b:queued')
    disk.resolve(undefined)
    await queue.until(() => queue.jobs.get(job).state === 'queued')
    expect(queue.states(job)).toBe('a:done b:queued')
  })
})

describe('a cancellation', () => {
  test('of one item among several: the others begin again', async () => {
    const { queue, job, call } = await running(['a', 'b', 'c'])
    queue.jobs.cancelItem(queue.items(job)[1].id)
    expect(call.signal.aborted).toBe(true)
    const next = await queue.engine.next()
    expect([next.prompts, queue.states(job)]).toEqual([['a', 'c'], 'a:running b:cancelled c:running'])
    next.makeAll()
    await queue.until(() => isOver(queue, job))
    expect(queue.states(job)).toBe('a:done b:cancelled c:done')
  })

  test('in answer to the news that it runs is heard as well', async () => {
    const queue = openQueue()
    const job = queue.add(['a', 'b'])
    const stop = queue.bus.listen(({ name }) => {
      if (name !== 'items.changed') return
      stop()
      queue.jobs.cancel(job)
    })
    queue.runner.start()
    expect((await queue.engine.next()).signal.aborted).toBe(true)
    await queue.runner.close()
    expect(queue.states(job)).toBe('a:cancelled b:cancelled')
  })

  test('of an item that is made already does not stop its neighbours', async () => {
    const { queue, job, call } = await running(['a', 'b'])
    call.image(0)
    await queue.until(() => queue.states(job).startsWith('a:done'))
    queue.runner.wake()
    expect(call.signal.aborted).toBe(false)
  })

  test('by a guest stops what runs, and keeps an image that came too late without its item', async () => {
    const { queue, job, call } = await running(['a', 'b'])
    queue.db.changedByOthers()
    const disk = Promise.withResolvers<undefined>()
    queue.store.until = disk.promise
    call.image(0)
    guestOf(queue).cancel(job)
    lookForChanges(queue)
    expect(call.signal.aborted).toBe(true)
    disk.resolve(undefined)
    await queue.until(() => queue.events.some(({ name }) => name === 'image.added'))
    await queue.runner.close()
    expect([queue.states(job), queue.jobs.get(job).state]).toEqual(['a:cancelled b:cancelled', 'cancelled'])
    expect(queue.db.read.history.page().images.map(({ prompt }) => prompt)).toEqual(['a'])
    expect(queue.items(job)[0].imageId).toBeNull()
  })

  test('and a new attempt, both while it runs: it begins anew', async () => {
    const { queue, job, call } = await running(['a'])
    queue.jobs.cancel(job)
    queue.jobs.retry(job)
    expect(call.signal.aborted).toBe(true)
    ;(await queue.engine.next()).makeAll()
    await queue.until(() => isOver(queue, job))
    expect(queue.states(job)).toBe('a:done')
  })
})

describe('a guest', () => {
  test('takes a whole job away while it runs: its images stay, the queue goes on', async () => {
    const { queue, job, call } = await running(['a', 'b'])
    queue.db.changedByOthers()
    const guest = guestOf(queue)
    const disk = Promise.withResolvers<undefined>()
    queue.store.until = disk.promise
    call.image(1)
    guest.cancel(job)
    guest.remove(job)
    lookForChanges(queue)
    disk.resolve(undefined)
    const other = queue.add(['x'])
    ;(await queue.engine.next()).makeAll()
    await queue.until(() => isOver(queue, other))
    expect(queue.db.read.history.count()).toBe(2)
  })

  test('pauses a job, adds another, and moves it to the front', async () => {
    const { queue, job, call } = await running(['a', 'b'])
    queue.db.changedByOthers()
    const guest = guestOf(queue)
    guest.pause(job, true)
    guest.add({ settings: {}, items: [{ prompt: 'x', negativePrompt: '' }], front: false })
    guest.add({ settings: {}, items: [{ prompt: 'y', negativePrompt: '' }], front: true })
    lookForChanges(queue)
    expect(call.signal.aborted).toBe(true)
    const next = await queue.engine.next()
    expect(next.prompts).toEqual(['y'])
    next.makeAll()
    expect((await queue.engine.next()).prompts).toEqual(['x'])
  })

  test('that changes nothing of what runs does not disturb it', async () => {
    const { queue, call } = await running(['a'])
    queue.db.changedByOthers()
    guestOf(queue).add({ settings: {}, items: [{ prompt: 'x', negativePrompt: '' }], front: true })
    lookForChanges(queue)
    expect(call.signal.aborted).toBe(false)
  })
})

describe('the end of the studio', () => {
  test('waits for images that are being kept, and puts the rest back; the next start makes the same', async () => {
    const { queue, job, call } = await running(['a', 'b', 'c'])
    const disk = Promise.withResolvers<undefined>()
    queue.store.until = disk.promise
    call.image(0)
    const closed = queue.runner.close()
    expect(call.signal.aborted).toBe(true)
    disk.resolve(undefined)
    await closed
    expect(queue.states(job)).toBe('a:done b:queued c:queued')
    const again = openQueue({ dataDir: queue.dataDir, db: queue.db })
    again.runner.start()
    const next = await again.engine.next()
    expect(seedsOf(next)).toEqual(seedsOf(call).slice(1))
    expect(again.items(job).map(({ crashCount }) => crashCount)).toEqual([0, 0, 0])
  })

  test('is quick when nothing runs, and when it waits for better times', async () => {
    const idle = openQueue()
    idle.runner.start()
    await idle.runner.close()
    const { queue, call } = await running(['a'])
    call.fail(new AppError('cancelled', 'by nobody'))
    await queue.until(() => queue.events.some(({ name }) => name === 'warning'))
    await queue.runner.close()
    await openQueue().runner.close()
  })
})

describe('a crash of the studio', () => {
  /** A studio on this folder that runs what it finds, and is gone in the middle of it. */
  async function crashing(dataDir: string): Promise<string[]> {
    const db = openTemporary({ dataDir })
    recoverInterrupted(db)
    const queue = openQueue({ dataDir, db })
    const transaction = vi.spyOn(db, 'transaction')
    queue.runner.start()
    const { prompts } = await queue.engine.next()
    // from now on nothing is written: as if it were not there any more
    transaction.mockImplementation(() => {
      throw new AppError('disk-full', 'gone')
    })
    await queue.runner.close()
    vi.restoreAllMocks()
    db.close()
    return prompts
  }

  test('is survived; what ran then runs alone, and is set aside when that happens every time', async () => {
    const dataDir = temporaryFolder()
    const before = openTemporary({ dataDir })
    const job = openQueue({ dataDir, db: before }).add(['poison', 'b'])
    before.close()
    expect(await crashing(dataDir)).toEqual(['poison', 'b'])
    for (let attempt = 2; attempt <= 5; attempt++) expect(await crashing(dataDir)).toEqual(['poison'])
    const db = openTemporary({ dataDir })
    recoverInterrupted(db)
    const queue = openQueue({ dataDir, db })
    queue.engine.behave = (call) => {
      call.makeAll()
    }
    queue.runner.start()
    await queue.until(() => isOver(queue, job))
    expect(queue.states(job)).toBe('poison:set-aside b:done')
    expect(queue.items(job)[0].error).toMatchObject({ code: 'engine-died', data: { studioEnded: true } })
  })

  test('counts for itself: an image that was often stopped in order is not set aside', () => {
    const queue = openQueue()
    const item = queue.items(queue.add(['slow']))[0].id
    const begin = (): void => {
      queue.db.transaction((write) => {
        write.jobItems.start(item, 1)
      })
    }
    for (let time = 1; time <= 9; time++) {
      begin()
      if (time === 3) recoverInterrupted(queue.db)
      else queue.jobs.pauseQueue(true)
    }
    begin()
    recoverInterrupted(queue.db)
    expect(queue.jobs.items(1, 0, 1)[0]).toMatchObject({ state: 'queued', attempts: 10, crashCount: 0 })
  })
})

describe('images that are made again', () => {
  type Reproduction = QueueRunnerOptions['reproduction']

  /** Verdicts as they are stored, without judging anything. */
  function reproduction(queue: () => Queue, outcomes: string[]): Reproduction {
    const verdict = (
      imageId: number,
      outcome: 'bit-exact' | 'failed',
      alsoCommit: Parameters<Reproduction['finish']>[2],
    ) =>
      queue().db.transaction((write) => {
        queue().db.read.images.get(imageId)
        const id = write.verdicts.add({
          imageId,
          createdAtMs: 1,
          outcome,
          pixelHash: null,
          differingPixels: null,
          maxDifference: null,
          meanDifference: null,
          differenceFileName: null,
          durationMs: 1,
          message: null,
        })
        alsoCommit?.(write, id)
        outcomes.push(outcome)
        return queue().db.read.verdicts.get(id)
      })
    return {
      request: (imageId) => {
        const { prompt, seed } = queue().db.read.images.getOwn(imageId)
        if (prompt === 'no model') throw new AppError('model-not-found', 'no such model')
        return {
          kind: 'text-to-image',
          modelDir: `/models/of-${prompt}`,
          items: [{ prompt, negativePrompt: '', seed }],
          numInferenceSteps: 9,
        }
      },
      finish: (imageId, _made: MadeImage, alsoCommit) => Promise.resolve(verdict(imageId, 'bit-exact', alsoCommit)),
      fail: (imageId, _error, _durationMs, alsoCommit) => verdict(imageId, 'failed', alsoCommit),
    }
  }

  function addReproduction(queue: Queue, prompts: string[]): { job: number; imageIds: number[] } {
    const { db } = queue
    return db.transaction((write) => {
      const imageIds = prompts.map((prompt) => write.images.add(sampleImage({ prompt })))
      const items = imageIds.map((reproducesImageId, index) => ({
        prompt: prompts[index],
        negativePrompt: '',
        seed: 7n,
        reproducesImageId,
      }))
      return { imageIds, job: write.jobs.add({ kind: 'text-to-image', modelDir: MODEL_DIR }, items, 1) }
    })
  }

  test('come one at a time, each with its own request, and get verdicts instead of images', async () => {
    const outcomes: string[] = []
    const queue: Queue = openQueue({ reproduction: reproduction(() => queue, outcomes) })
    queue.engine.behave = (call) => {
      if (call.prompts[0] === 'bad') call.fail(new AppError('not-finite', 'not a number'))
      else call.makeAll()
    }
    const { job } = addReproduction(queue, ['a', 'no model', 'bad', 'd'])
    queue.runner.start()
    await queue.until(() => isOver(queue, job))
    expect(outcomes).toEqual(['bit-exact', 'failed', 'failed', 'bit-exact'])
    expect(queue.engine.calls.map(({ request }) => request.modelDir)).toEqual([
      '/models/of-a',
      '/models/of-bad',
      '/models/of-d',
    ])
    expect(queue.engine.calls[0].request).toMatchObject({ numInferenceSteps: 9, previews: true })
    expect(queue.states(job)).toBe('a:done no model:done bad:done d:done')
    expect(queue.items(job).map(({ verdictId, imageId }) => [verdictId, imageId])).toEqual([
      [1, null],
      [2, null],
      [3, null],
      [4, null],
    ])
    expect(queue.store.names).toEqual([])
  })

  test('fail without a verdict if they were deleted meanwhile', async () => {
    const outcomes: string[] = []
    const queue: Queue = openQueue({ reproduction: reproduction(() => queue, outcomes) })
    const { job, imageIds } = addReproduction(queue, ['a', 'b'])
    const remove = (imageId: number): void => {
      queue.db.transaction((write) => {
        write.images.remove(imageId)
      })
    }
    remove(imageIds[1])
    queue.runner.start()
    const call = await queue.engine.next()
    remove(imageIds[0])
    call.makeAll()
    await queue.until(() => isOver(queue, job))
    expect([queue.states(job), outcomes]).toEqual(['a:failed b:failed', []])
    expect(queue.items(job).map(({ error }) => error?.code)).toEqual(['not-found', 'not-found'])
  })
})
