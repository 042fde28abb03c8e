/** Jobs and items through their states. */
import { afterEach, describe, expect, test } from 'vitest'
import { AppError, type ErrorCode } from '#shared/errors.ts'
import type { JobRequest, NewJobItem } from './job-record.ts'
import type { StudioDatabase } from './studio-database.ts'
import { cleanUp, openTemporary, sampleImage, sha256, temporaryFolder } from './testing/studio-folder.ts'

afterEach(cleanUp)

const request: JobRequest = { kind: 'text-to-image', modelDir: '/models/starter', numInferenceSteps: 4 }
const died = new AppError('engine-died', 'the engine died').toWire()
const error = (code: ErrorCode): Error => expect.objectContaining({ name: 'AppError', code }) as Error

const items = (...prompts: string[]): NewJobItem[] =>
  prompts.map((prompt, index) => ({ prompt, negativePrompt: 'blur', seed: 2n ** 64n - 1n - BigInt(index) }))

const add = (db: StudioDatabase, ...prompts: string[]): number =>
  db.transaction((write) => write.jobs.add(request, items(...prompts), 10))

const nextPrompts = (db: StudioDatabase): string[] => db.read.jobItems.next(10).map((item) => item.prompt)
const order = (db: StudioDatabase): number[] => db.read.jobs.pending().map((job) => job.id)

/** Starts what is next and gives its id. */
function startNext(db: StudioDatabase): number {
  const [item] = db.read.jobItems.next(1)
  db.transaction((write) => {
    write.jobItems.start(item.id, 20)
  })
  return item.id
}

function finish(db: StudioDatabase, itemId: number): number {
  return db.transaction((write) => {
    const imageId = write.images.add(sampleImage())
    write.jobItems.finish(itemId, imageId, 30)
    return imageId
  })
}

test('a job keeps its request, and each item its own seed, before anything runs', () => {
  const dataDir = temporaryFolder()
  const first = openTemporary({ dataDir })
  const id = add(first, 'a', 'b')
  first.close()
  const { read } = openTemporary({ dataDir })
  expect(read.jobs.get(id)).toEqual({
    id,
    request,
    state: 'queued',
    createdAtMs: 10,
    isReproduction: false,
    startedAtMs: null,
    finishedAtMs: null,
    warnings: [],
    itemCounts: { queued: 2 },
  })
  expect(read.jobItems.ofJob(id, 10).map(({ prompt, seed, state }) => [prompt, seed, state])).toEqual([
    ['a', 18446744073709551615n, 'queued'],
    ['b', 18446744073709551614n, 'queued'],
  ])
})

test('items finish one by one, and the job with the last', () => {
  const db = openTemporary()
  const job = add(db, 'a', 'b')
  const imageId = finish(db, startNext(db))
  expect(db.read.jobs.get(job)).toMatchObject({ state: 'running', startedAtMs: 20, itemCounts: { done: 1, queued: 1 } })
  expect(db.read.jobItems.ofJob(job, 1)[0]).toMatchObject({ state: 'done', imageId, attempts: 1, finishedAtMs: 30 })
  finish(db, startNext(db))
  expect(db.read.jobs.get(job)).toMatchObject({ state: 'done', finishedAtMs: 30 })
  expect(db.read.jobs.pending()).toEqual([])
  expect(db.read.jobs.finished(5).map(({ id }) => id)).toEqual([job])
})

test('an image and the end of its item are one step: neither stays without the other', () => {
  const db = openTemporary()
  add(db, 'a')
  const id = startNext(db)
  expect(() =>
    db.transaction((write) => {
      write.jobItems.finish(id, write.images.add(sampleImage()), 30)
      throw new Error('power cut')
    }),
  ).toThrow('power cut')
  expect(db.read.jobItems.get(id)).toMatchObject({ state: 'running', imageId: null })
  expect(db.read.history.count()).toBe(0)
})

describe('after a crash', () => {
  test('what was interrupted is found and waits again at its place', () => {
    const dataDir = temporaryFolder()
    const first = openTemporary({ dataDir })
    add(first, 'a', 'b')
    finish(first, startNext(first))
    const id = startNext(first)
    first.close()
    const db = openTemporary({ dataDir })
    expect(db.read.jobItems.running().map((item) => item.id)).toEqual([id])
    db.transaction((write) => {
      write.jobItems.putBack(id)
    })
    expect(nextPrompts(db)).toEqual(['b'])
    expect(db.read.jobItems.get(id)).toMatchObject({ attempts: 1, crashCount: 0 })
  })

  test('an item that brought the engine down twice is set aside with its reason, and the queue goes on', () => {
    const db = openTemporary()
    const job = add(db, 'poison', 'fine')
    const crash = (): unknown => {
      const id = startNext(db)
      return db.transaction((write) => write.jobItems.recordCrash(id, died, 2, 40))
    }
    expect([crash(), nextPrompts(db)]).toEqual(['queued', ['poison', 'fine']])
    expect([crash(), nextPrompts(db)]).toEqual(['set-aside', ['fine']])
    const [poison] = db.read.jobItems.ofJob(job, 1)
    expect(db.read.jobItems.failedOfJob(job, 5)).toEqual([poison])
    expect(poison).toMatchObject({ state: 'set-aside', crashCount: 2, attempts: 2, error: died })
    finish(db, startNext(db))
    expect(db.read.jobs.get(job)).toMatchObject({ state: 'failed', itemCounts: { 'set-aside': 1, done: 1 } })

    db.transaction((write) => {
      write.jobItems.retry(poison.id)
    })
    expect(db.read.jobItems.failedOfJob(job, 5)).toEqual([])
    expect(db.read.jobItems.get(poison.id)).toMatchObject({ seed: poison.seed, crashCount: 0, error: null })
    expect(nextPrompts(db)).toEqual(['poison'])
    finish(db, startNext(db))
    expect(db.read.jobs.get(job).state).toBe('done')
  })
})

describe('order', () => {
  test('jobs run in the order they came, and move to the front, to the end, and before one another', () => {
    const db = openTemporary()
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((prompt) => add(db, prompt))
    expect(order(db)).toEqual([a, b, c, d])
    const steps: [(write: Parameters<Parameters<StudioDatabase['transaction']>[0]>[0]) => void, number[]][] = [
      [
        (write) => {
          write.jobs.moveToFront(d)
        },
        [d, a, b, c],
      ],
      [
        (write) => {
          write.jobs.moveBefore(c, a)
        },
        [d, c, a, b],
      ],
      [
        (write) => {
          write.jobs.moveBefore(b, d)
        },
        [b, d, c, a],
      ],
      [
        (write) => {
          write.jobs.moveBefore(b, a)
        },
        [d, c, b, a],
      ],
      [
        (write) => {
          write.jobs.moveToEnd(d)
        },
        [c, b, a, d],
      ],
      [
        (write) => {
          write.jobs.moveBefore(c, c)
        },
        [c, b, a, d],
      ],
    ]
    for (const [move, wanted] of steps) {
      db.transaction(move)
      expect(order(db)).toEqual(wanted)
    }
    expect(nextPrompts(db)).toEqual(['c'])
    expect(add(db, 'e')).toBe(order(db).at(-1))
  })

  test('items move within their job', () => {
    const db = openTemporary()
    const job = add(db, 'a', 'b', 'c')
    const other = add(db, 'x')
    const [a, , c] = db.read.jobItems.ofJob(job, 3)
    db.transaction((write) => {
      write.jobItems.moveBefore(c.id, a.id)
    })
    expect(nextPrompts(db)).toEqual(['c', 'a', 'b'])
    const [x] = db.read.jobItems.ofJob(other, 1)
    expect(() => {
      db.transaction((write) => {
        write.jobItems.moveBefore(x.id, a.id)
      })
    }).toThrow(error('not-found'))
  })
})

describe('pausing and cancelling', () => {
  test('a paused job lets the others pass', () => {
    const db = openTemporary()
    const [a, b] = [add(db, 'a'), add(db, 'b')]
    db.transaction((write) => {
      write.jobs.pause(a)
    })
    expect([nextPrompts(db), order(db)]).toEqual([['b'], [a, b]])
    db.transaction((write) => {
      write.jobs.resume(a)
    })
    expect(nextPrompts(db)).toEqual(['a'])
  })

  test('a cancelled job keeps what was finished and runs nothing more', () => {
    const db = openTemporary()
    const job = add(db, 'a', 'b', 'c')
    const imageId = finish(db, startNext(db))
    const running = startNext(db)
    db.transaction((write) => {
      write.jobs.cancel(job, 50)
      write.jobItems.cancel(running, 51)
    })
    expect(db.read.jobs.get(job)).toMatchObject({ state: 'cancelled', itemCounts: { done: 1, cancelled: 2 } })
    expect([nextPrompts(db), db.read.images.get(imageId).id]).toEqual([[], imageId])
  })

  test('one item is cancelled, failed or done by itself', () => {
    const db = openTemporary()
    const job = add(db, 'a', 'b')
    const [a] = db.read.jobItems.next(1)
    db.transaction((write) => {
      write.jobItems.cancel(a.id, 5)
    })
    const b = startNext(db)
    db.transaction((write) => {
      write.jobItems.fail(b, died, 6)
    })
    expect(db.read.jobItems.get(b).error).toEqual(died)
    expect(db.read.jobs.get(job)).toMatchObject({ state: 'failed', finishedAtMs: 6 })
  })

  test('what makes no sense in a state is refused', () => {
    const db = openTemporary()
    const job = add(db, 'a')
    const item = startNext(db)
    const refused: ((write: Parameters<Parameters<StudioDatabase['transaction']>[0]>[0]) => void)[] = [
      (write) => {
        write.jobs.resume(job)
      },
      (write) => {
        write.jobs.remove(job)
      },
      (write) => {
        write.jobItems.start(item, 1)
      },
      (write) => {
        write.jobItems.retry(item)
      },
      (write) => {
        write.jobItems.moveBefore(item, item)
      },
    ]
    for (const step of refused) {
      expect(() => {
        db.transaction(step)
      }).toThrow(error('state-conflict'))
    }
    expect(() => db.read.jobs.get(job + 1)).toThrow(error('not-found'))
  })
})

test('whoever goes on while a job is resumed finds it running; one that rests has begun and waits', () => {
  const db = openTemporary()
  const job = add(db, 'a', 'b')
  const item = startNext(db)
  db.transaction((write) => {
    write.jobs.pause(job)
    write.jobs.resume(job)
  })
  expect([db.read.jobs.get(job).state, db.read.jobs.running()]).toEqual(['running', [job]])
  db.transaction((write) => {
    write.jobItems.putBack(item)
    write.jobs.rest(job)
  })
  expect(db.read.jobs.get(job)).toMatchObject({ state: 'queued', startedAtMs: 20 })
  expect(db.read.jobs.running()).toEqual([])
})

test('an image that comes when its item was put back ends it; a cancelled item stays cancelled', () => {
  const db = openTemporary()
  const job = add(db, 'a', 'b')
  const [a, b] = [startNext(db), startNext(db)]
  db.transaction((write) => {
    write.jobItems.putBack(a)
    write.jobItems.cancel(b, 25)
  })
  finish(db, a)
  expect(() => finish(db, b)).toThrow(error('state-conflict'))
  expect(db.read.jobs.get(job)).toMatchObject({ state: 'done', itemCounts: { done: 1, cancelled: 1 } })
})

test('all that waits of a job fails at once, and all that did not come to its image runs again at once', () => {
  const db = openTemporary()
  const job = add(db, 'a', 'b', 'c')
  const other = add(db, 'x')
  finish(db, startNext(db))
  db.transaction((write) => {
    write.jobItems.failWaiting(job, died, 40)
  })
  expect(db.read.jobs.get(job)).toMatchObject({ state: 'failed', finishedAtMs: 40, itemCounts: { done: 1, failed: 2 } })
  expect(db.read.jobItems.findById(db.read.jobItems.idsIn(job, 'failed')[0])?.error).toEqual(died)
  expect([order(db), nextPrompts(db)]).toEqual([[other], ['x']])
  expect(db.transaction((write) => write.jobItems.retryAll(job))).toBe(2)
  expect(db.transaction((write) => write.jobItems.retryAll(job))).toBe(0)
  expect(order(db)).toEqual([other, job])
  expect(db.read.jobItems.idsIn(job, 'queued')).toHaveLength(2)
})

test('a finished job goes with its items and prompts; its images and theirs stay', () => {
  const db = openTemporary()
  const job = add(db, 'only here')
  const imageId = finish(db, startNext(db))
  db.transaction((write) => {
    write.jobs.remove(job)
  })
  expect(() => db.read.jobs.get(job)).toThrow(error('not-found'))
  expect(db.read.images.get(imageId).prompt).toBe('mountains at sunset')
  db.checkIntegrity()
})

test('an item holds on to its input until it is gone', () => {
  const db = openTemporary()
  const hash = sha256('an input')
  const input = { hash, fileName: `inputs/${hash}.png`, sizeBytes: 5, widthPx: 1, heightPx: 1, createdAtMs: 1 }
  const job = db.transaction((write) => {
    write.inputs.add(input)
    write.inputs.add({ ...input, fileName: 'another name' })
    return write.jobs.add(request, [{ ...items('a')[0], inputHash: hash }], 1)
  })
  const remove = (): boolean => db.transaction((write) => write.inputs.removeIfUnused(hash))
  expect([db.read.inputs.find(hash), db.read.inputs.after('', 9), remove()]).toEqual([input, [input], false])
  db.transaction((write) => {
    write.jobs.cancel(job, 2)
    write.jobs.remove(job)
  })
  expect([remove(), db.read.inputs.find(hash)]).toEqual([true, undefined])
})
