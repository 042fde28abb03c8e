/** The history page by page, in both directions, filtered, sorted, and from any date; and its days. */
import { AppError } from '#shared/errors.ts'
import {
  MAX_PAGE_SIZE,
  type HistoryFilter,
  type HistoryPage,
  type HistoryRequest,
  type ImageRecord,
} from '#shared/history.ts'
import { cursorText, parseCursor, type HistoryCursor } from './history-cursor.ts'
import { countQuery, DAY_MS, daysQuery, narrowestStart, pageQuery, type HistoryQuestion } from './history-query.ts'
import { createdAtOf, firstIdAt } from './image-id.ts'
import { imageFromRow, SELECT_IMAGE, type ImageRow } from './image-row.ts'
import { searchQuery } from './search-text.ts'
import type { ReadSql } from './sql.ts'

const DEFAULT_LIMIT = 60
/** So many rows are sorted sooner than an index that is in order is walked for them. */
const SORTED_AT_MOST = 2000

/** How many images a day has. */
export interface DayCount {
  /** `2026-11-21`. */
  readonly day: string
  /** When its first image was made. */
  readonly firstAtMs: number
  readonly imageCount: number
}

export class HistoryReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  /** @throws {AppError} `invalid-argument` (cursor, a search without a word to look for, contradicting places) */
  page(request: HistoryRequest = {}): HistoryPage {
    const { filter = {}, sort = 'newest' } = request
    const limit = Math.min(Math.max(request.limit ?? DEFAULT_LIMIT, 1), MAX_PAGE_SIZE)
    const byRating = sort === 'rating'
    const backward = request.before !== undefined
    const cursor = startCursor(request)
    const question = this.#question(filter, byRating)
    if (question === undefined) return { images: [] }

    const rowsFrom = (from: HistoryCursor | undefined, isBackward: boolean, count: number): HistoryCursor[] => {
      const descending = (sort !== 'oldest') !== isBackward
      const { sql, params } = pageQuery(question, { byRating, descending, cursor: from, limit: count })
      return this.#sql.all<HistoryCursor>(sql, params)
    }
    // one more than asked for tells whether there is more
    const found = rowsFrom(cursor, backward, limit + 1)
    const hasMore = found.length > limit
    const rows = found.slice(0, limit)
    if (backward) rows.reverse()
    const images = this.#images(rows)

    const first = rows.at(0) ?? cursor
    const last = rows.at(-1) ?? cursor
    // behind a cursor there is what it was taken from; behind a date there may be nothing
    const hasOtherSide =
      request.atMs === undefined ? cursor !== undefined : first !== undefined && rowsFrom(first, true, 1).length > 0
    const [hasAfter, hasBefore] = backward ? [hasOtherSide, hasMore] : [hasMore, hasOtherSide]
    return {
      images,
      ...(hasAfter && last !== undefined && { after: cursorText(last) }),
      ...(hasBefore && first !== undefined && { before: cursorText(first) }),
    }
  }

  /** The rows of these, in their order; one query, because sixty take longer than finding them did. */
  #images(found: readonly HistoryCursor[]): ImageRecord[] {
    const rows = this.#sql.all<ImageRow>(`${SELECT_IMAGE} WHERE i.id IN (SELECT value FROM json_each(@ids))`, {
      ids: JSON.stringify(found.map(({ id }) => id)),
    })
    const images = new Map(rows.map((row) => [row.id, imageFromRow(row)]))
    return found.flatMap(({ id }) => images.get(id) ?? [])
  }

  /** How many images pass a filter. Looks at every one of them: milliseconds for a hundred thousand. */
  count(filter: HistoryFilter = {}): number {
    const question = this.#question(filter, false)
    if (question === undefined) return 0
    const { sql, params } = countQuery(question)
    return this.#sql.get<{ count: number }>(sql, params)?.count ?? 0
  }

  /**
   * Days that have images that pass a filter, the latest first. Looks at every one of these in an index.
   *
   * @param utcOffsetMinutes what to add to UTC to get the clock that days begin and end by
   */
  days(filter: HistoryFilter = {}, utcOffsetMinutes = 0): DayCount[] {
    const question = this.#question(filter, false)
    if (question === undefined) return []
    const { sql, params } = daysQuery(question, utcOffsetMinutes * 60_000)
    return this.#sql
      .all<{ day: number; firstId: number; imageCount: number }>(sql, params)
      .map(({ day, firstId, imageCount }) => ({
        day: new Date((day - 1) * DAY_MS).toISOString().slice(0, 10),
        firstAtMs: createdAtOf(firstId),
        imageCount,
      }))
  }

  /** All that is in the trash, the oldest image first. */
  trashedIds(): number[] {
    return this.#sql
      .all<{ id: number }>('SELECT id FROM images INDEXED BY images_by_time WHERE is_trashed = 1 ORDER BY id')
      .map(({ id }) => id)
  }

  /** @returns nothing if the search text can match nothing */
  #question(filter: HistoryFilter, byRating: boolean): HistoryQuestion | undefined {
    const text = filter.text?.trim() ?? ''
    const match = searchQuery(text)
    if (text !== '' && match === undefined) return undefined
    const start = narrowestStart(filter, match)
    const comesSorted = !byRating && !(start === 'seed' && filter.seed === undefined)
    if (comesSorted) return { filter, match, start }
    const walk = byRating ? 'rating' : narrowestStart({ ...filter, seedFrom: undefined, seedTo: undefined }, match)
    if (start === 'time') return { filter, match, start: walk }
    const { sql, params } = countQuery(startOnly({ filter, match, start }), SORTED_AT_MOST + 1)
    const isSmall = (this.#sql.get<{ count: number }>(sql, params)?.count ?? 0) <= SORTED_AT_MOST
    return { filter, match, start: isSmall ? start : walk }
  }
}

/** The same start without all that rows are looked up for: counting that is quick. */
function startOnly({ filter, match, start }: HistoryQuestion): HistoryQuestion {
  const { seed, seedFrom, seedTo, collectionId, tagIds } = filter
  if (start === 'seed') return { filter: { seed, seedFrom, seedTo }, match: undefined, start }
  if (start === 'text') return { filter: {}, match, start }
  if (start === 'collection') return { filter: { collectionId }, match: undefined, start }
  return { filter: { tagIds: tagIds?.slice(0, 1) }, match: undefined, start }
}

function startCursor({ after, before, atMs, sort }: HistoryRequest): HistoryCursor | undefined {
  if ([after, before, atMs].filter((place) => place !== undefined).length > 1) {
    throw new AppError('invalid-argument', 'a page begins after a cursor, before one, or at a time: give one of them')
  }
  const cursor = after ?? before
  if (cursor !== undefined) return parseCursor(cursor)
  if (atMs === undefined) return undefined
  if (sort === 'rating') {
    throw new AppError('invalid-argument', 'jumping to a date needs an order by time: sort by newest or oldest')
  }
  // cursors are exclusive, and a millisecond has many ids
  return { rating: 0, id: sort === 'oldest' ? Math.max(firstIdAt(atMs) - 1, 0) : firstIdAt(atMs + 1) }
}
