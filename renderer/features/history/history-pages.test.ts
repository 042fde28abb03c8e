import { describe, expect, test, vi } from 'vitest'
import type { ImageView } from '#shared/contract/history.ts'
import { HistoryPages, PAGE_SIZE, type PageStart } from './history-pages.ts'
import { sectionsOf, type DayCount, type Section } from './wall-layout.ts'

const DAY_MS = 86_400_000

/** A studio whose images are spread evenly over their days; `id` is 1 for the latest. */
function studio(counts: readonly number[], sort: 'newest' | 'rating' = 'newest') {
  const days: DayCount[] = counts.map((imageCount, at) => ({ day: String(counts.length - at), imageCount }))
  const times = days.flatMap(({ day, imageCount }) =>
    Array.from(
      { length: imageCount },
      (_, at) => (Number(day) + 1) * DAY_MS - 1 - Math.floor((at * DAY_MS) / imageCount),
    ),
  )
  const images = times.map((createdAtMs, at) => ({ id: at + 1, createdAtMs }) as ImageView)
  const source = {
    page: vi.fn(({ after, before, atMs }: PageStart, limit: number) => {
      const from =
        after !== undefined
          ? Number(after)
          : before !== undefined
            ? Math.max(Number(before) - limit, 0)
            : atMs !== undefined
              ? times.findIndex((time) => time <= atMs)
              : 0
      const until = before === undefined ? Math.min(from + limit, images.length) : Number(before)
      return Promise.resolve({
        images: images.slice(from, until),
        ...(until < images.length && { after: String(until) }),
        ...(from > 0 && { before: String(from) }),
      })
    }),
    count: vi.fn((fromMs: number, toMs: number) =>
      Promise.resolve(times.filter((time) => time >= fromMs && time <= toMs).length),
    ),
  }
  const onStale = vi.fn()
  const pages = new HistoryPages({
    source,
    sections: sectionsOf(days),
    imageCount: images.length,
    ...(sort === 'newest' && {
      timeOf: ({ day }: Section) => ({ startMs: (Number(day) + 1) * DAY_MS - 1, endMs: Number(day) * DAY_MS }),
    }),
    onLoad: () => undefined,
    onStale,
    onError: (error) => {
      throw error
    },
  })
  return { pages, source, onStale, images }
}

async function idsOf(pages: HistoryPages, from: number, until: number): Promise<number[]> {
  return (await pages.load(from, until)).map(({ id }) => id)
}
const numbers = (from: number, until: number): number[] =>
  Array.from({ length: until - from }, (_, at) => from + at + 1)

describe('images by their place', () => {
  test('from the start, page by page', async () => {
    const { pages, source, onStale } = studio([300, 50])
    expect(await idsOf(pages, 0, 200)).toEqual(numbers(0, 200))
    expect(source.page).toHaveBeenCalledTimes(2)
    expect(onStale).not.toHaveBeenCalled()
    expect(pages.indexOf(150)).toBe(149)
  })

  test('a far day by its date, in one page, and many small days with it', async () => {
    const { pages, source } = studio(Array.from({ length: 730 }, () => 3))
    expect(await idsOf(pages, 1500, 1560)).toEqual(numbers(1500, 1560))
    expect(source.page).toHaveBeenCalledTimes(1)
    expect(source.count).not.toHaveBeenCalled()
  })

  test('up from there with the cursor, not from the day before it', async () => {
    const { pages, source } = studio([400, 400])
    await pages.load(400, 410)
    expect(await idsOf(pages, 380, 400)).toEqual(numbers(380, 400))
    expect(source.page).toHaveBeenLastCalledWith({ before: '400' }, PAGE_SIZE)
    expect(source.page).toHaveBeenCalledTimes(2)
  })

  test('the middle of a crowded day by counting, not page by page', async () => {
    const { pages, source, onStale } = studio([10, 50_000, 10])
    expect(await idsOf(pages, 31_000, 31_050)).toEqual(numbers(31_000, 31_050))
    expect(source.page.mock.calls.length).toBeLessThan(4)
    expect(source.count.mock.calls.length).toBeLessThan(20)
    expect(onStale).not.toHaveBeenCalled()
  })

  test('without an order of time, page by page', async () => {
    const { pages, source } = studio([1000], 'rating')
    expect(await idsOf(pages, 700, 710)).toEqual(numbers(700, 710))
    expect(source.page).toHaveBeenCalledTimes(6)
  })

  test('only what is wanted last is loaded', async () => {
    const { pages, source } = studio([10_000, 300, 300])
    pages.want(0, 10)
    for (let from = 1000; from < 10_000; from += 1000) pages.want(from, from + 10)
    pages.want(10_300, 10_320)
    await vi.waitFor(() => {
      expect(pages.at(10_319)).toBeDefined()
    })
    expect(source.page).toHaveBeenCalledTimes(2)
  })

  test('counts that are out of date are told', async () => {
    const { pages, source, onStale } = studio([200])
    source.page.mockResolvedValue({ images: [] })
    expect(await idsOf(pages, 0, 100)).toEqual([])
    expect(onStale).toHaveBeenCalled()
  })
})
