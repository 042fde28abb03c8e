import { flushSync } from 'svelte'
import { beforeEach, expect, test, vi } from 'vitest'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { HistoryState } from './history-state.svelte.ts'

const DAY_MS = 86_400_000
/** Noon of a day, so that no time zone moves it to another. */
const START_MS = Date.UTC(2026, 10, 1, 12)
/** Images a day. */
const PER_DAY = 300

interface Stored {
  id: number
  createdAtMs: number
  prompt: string
}

/** A history in memory, the newest first, which tells of what comes and goes. */
class FakeStudio {
  images: Stored[] = []
  readonly #listeners = new Map<string, (payload: unknown) => void>()
  readonly connection = {
    online: true,
    onLoad: (load: () => void) => {
      this.reload = load
      return () => undefined
    },
    on: (name: string, listener: (payload: unknown) => void) => {
      this.#listeners.set(name, listener)
      return () => undefined
    },
  }
  reload: () => void = () => undefined
  calls = 0
  readonly api = {
    models: { list: () => Promise.resolve([]) },
    tags: { list: () => Promise.resolve([]) },
    collections: { list: () => Promise.resolve([]) },
    history: {
      days: () => Promise.resolve(this.#days()),
      count: () => Promise.resolve({ imageCount: this.images.length }),
      page: (asked: { after?: string; before?: string; atMs?: number; limit: number }) => {
        this.calls += 1
        return Promise.resolve(this.#page(asked))
      },
    },
  }

  emit(name: string, payload: unknown): void {
    this.#listeners.get(name)?.(payload)
  }

  #days(): { day: string; imageCount: number }[] {
    const days = new Map<string, number>()
    for (const { createdAtMs } of this.images) {
      const day = new Date(createdAtMs).toISOString().slice(0, 10)
      days.set(day, (days.get(day) ?? 0) + 1)
    }
    return [...days].map(([day, imageCount]) => ({ day, imageCount }))
  }

  #page({ after, before, atMs, limit }: { after?: string; before?: string; atMs?: number; limit: number }): unknown {
    let from = 0
    if (after !== undefined) from = this.images.findIndex(({ id }) => id < Number(after))
    if (atMs !== undefined) from = this.images.findIndex(({ createdAtMs }) => createdAtMs <= atMs)
    if (before !== undefined) from = Math.max(0, this.images.findIndex(({ id }) => id <= Number(before)) - limit)
    if (from < 0) from = this.images.length
    const images = this.images.slice(from, from + limit)
    return {
      images,
      ...(from + images.length < this.images.length && { after: String(images.at(-1)!.id) }),
      ...(from > 0 && { before: String(images[0].id) }),
    }
  }
}

function image(id: number): Stored {
  const day = Math.floor((id - 1) / PER_DAY)
  return { id, createdAtMs: START_MS + day * DAY_MS + ((id - 1) % PER_DAY) * 1000, prompt: `image ${id}` }
}

let studio: FakeStudio
let history: HistoryState

beforeEach(async () => {
  vi.useFakeTimers()
  studio = new FakeStudio()
  studio.images = Array.from({ length: 3000 }, (_, at) => image(3000 - at))
  history = new HistoryState(studio as unknown as StudioState)
  studio.reload()
  await history.open('')
  flushSync()
  return () => vi.useRealTimers()
})

const idAt = (index: number): number | undefined => history.at(index)?.id
/** What is asked for later is asked for now, and answered. */
const settled = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(1000)
  flushSync()
}

test('places are known from the start, images come when they are looked at', async () => {
  expect(history.imageCount).toBe(3000)
  expect([idAt(0), idAt(1500)]).toEqual([3000, undefined])
  history.look(1500, 1560)
  await settled()
  expect([idAt(1500), idAt(1559)]).toEqual([1500, 1441])
  // far away: not by turning all the pages before it
  expect(studio.calls).toBeLessThan(8)
})

test('an image that is made while somebody looks at older ones moves nothing, and is held back', async () => {
  history.look(1500, 1560)
  history.isAtTop = false
  await settled()
  const before = history.sections
  studio.images = [image(3001), ...studio.images]
  studio.emit('image.added', { image: studio.images[0] })
  await settled()
  expect(history.heldBack).toBe(1)
  expect(history.sections).toBe(before)
  await history.refresh()
  flushSync()
  expect([history.heldBack, history.imageCount]).toEqual([0, 3001])
  // the same image is in view, one further down
  expect(history.renewal).toEqual({ kind: 'refresh', from: 1500, to: 1501 })
  expect(idAt(1501)).toBe(1500)
})

test('at the top a new image is shown at once', async () => {
  history.look(0, 60)
  studio.images = [image(3001), ...studio.images]
  studio.emit('image.added', { image: studio.images[0] })
  await settled()
  expect([history.heldBack, idAt(0), idAt(1)]).toEqual([0, 3001, 3000])
})

test('images that go away above the view take their places with them, and the view stays', async () => {
  history.look(1500, 1560)
  history.isAtTop = false
  await settled()
  // of the same day and of another
  const gone = [1600, 1550, 1501]
  studio.images = studio.images.filter(({ id }) => !gone.includes(id))
  studio.emit('images.removed', { ids: gone })
  await settled()
  expect(history.imageCount).toBe(2997)
  expect(history.renewal).toMatchObject({ kind: 'refresh', from: 1500 })
  const { to } = history.renewal as { to: number }
  expect(idAt(to)).toBe(1500)
})

test('marks are shown before the studio answers', () => {
  history.patch([3000], { favourite: true, rating: 4 })
  flushSync()
  expect(history.at(0)).toMatchObject({ favourite: true, rating: 4 })
})

test('what cannot be loaded is told, and what is shown stays', async () => {
  studio.api.history.days = () => Promise.reject(new Error('gone'))
  await history.refresh()
  flushSync()
  expect(history.error?.message).toContain('gone')
  expect([history.imageCount, idAt(0)]).toEqual([3000, 3000])
})

test('images that come while nobody looks are asked for when somebody does, once', async () => {
  vi.useFakeTimers()
  try {
    const studio = new FakeStudio()
    studio.images = Array.from({ length: 10 }, (_, at) => image(10 - at))
    const history = new HistoryState(studio as unknown as StudioState)
    const add = (id: number): void => {
      studio.images.unshift(image(id))
      studio.emit('image.added', { image: image(id) })
    }
    add(11)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(studio.calls).toBe(0)

    await history.open('')
    history.close()
    const before = studio.calls
    for (let id = 12; id < 20; id++) {
      add(id)
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(studio.calls).toBe(before)
    await history.open('')
    expect([studio.calls - before, history.imageCount]).toEqual([1, 19])
    await history.open('')
    expect(studio.calls - before).toBe(1)
  } finally {
    vi.useRealTimers()
  }
})
