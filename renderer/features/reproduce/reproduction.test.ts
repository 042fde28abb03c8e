import { expect, test, vi } from 'vitest'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { Reproduction } from './reproduction.svelte.ts'

const STARTED_MS = 1_000

/** A studio that answers, and tells nothing by itself. */
function fakeStudio() {
  let load = (): void => undefined
  const verdicts = new Map<number, { id: number; imageId: number; createdAtMs: number }[]>()
  const job = { id: 7, createdAtMs: STARTED_MS, finishedAtMs: null as number | null }
  const studio = {
    connection: {
      on: () => () => undefined,
      onLoad: (listener: () => void) => {
        load = listener
        return () => undefined
      },
    },
    jobs: { progress: null },
    api: {
      reproduce: {
        start: () => Promise.resolve({ ...job }),
        verdicts: ({ imageId }: { imageId: number }) => Promise.resolve(verdicts.get(imageId) ?? []),
      },
      jobs: {
        get: () => Promise.resolve({ ...job }),
        items: () => Promise.resolve([{ state: 'failed', error: { code: 'engine-died', message: 'it died' } }]),
      },
    },
  }
  const judge = (imageId: number, createdAtMs: number): void => {
    verdicts.set(imageId, [{ id: imageId * 10, imageId, createdAtMs }])
  }
  return {
    studio: studio as unknown as StudioState,
    job,
    judge,
    reconnect: () => {
      load()
    },
  }
}

test('verdicts that came while nobody listened are looked up; those of earlier requests are not taken for them', async () => {
  const { studio, judge, reconnect, job } = fakeStudio()
  judge(2, STARTED_MS - 1)
  const reproduction = new Reproduction(studio, [1, 2])
  await reproduction.start()
  judge(1, STARTED_MS + 5)
  reconnect()
  await vi.waitFor(() => {
    expect(reproduction.verdicts.size).toBe(1)
  })
  expect([reproduction.verdicts.has(1), reproduction.isDone, reproduction.isEnded]).toEqual([true, false, false])
  judge(2, STARTED_MS + 9)
  job.finishedAtMs = STARTED_MS + 9
  reconnect()
  await vi.waitFor(() => {
    expect(reproduction.isDone).toBe(true)
  })
})

test('one that ended without a verdict meanwhile says why', async () => {
  const { studio, reconnect, job } = fakeStudio()
  const reproduction = new Reproduction(studio, [1])
  await reproduction.start()
  job.finishedAtMs = STARTED_MS + 9
  reconnect()
  await vi.waitFor(() => {
    expect(reproduction.isEnded).toBe(true)
  })
  await vi.waitFor(() => {
    expect(reproduction.error?.code).toBe('engine-died')
  })
})
