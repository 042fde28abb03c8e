/**
 * A question to the history as one SELECT of ids. SQLite's planner has no say in where it starts: each query names
 * its index, so that plans stay the same whatever is in the database (history-plans.test.ts).
 *
 * It starts from what narrows most and comes in the order of the history by itself: images of one seed, matches
 * of the full-text index, a collection, a tag. Everything else is looked up row by row until the page is full.
 * With none of these it walks an index that holds all columns of the filter, so that even a filter that nothing
 * passes costs one walk through a narrow index and never touches the table.
 */
import type { HistoryFilter } from '#shared/history.ts'
import { firstIdAt, IDS_PER_MS, MAX_IMAGE_ID } from './image-id.ts'
import { seedToColumn } from './seed-column.ts'
import type { SqlParams } from './sql.ts'

/** Milliseconds. */
export const DAY_MS = 86_400_000

export interface HistoryQuery {
  readonly sql: string
  readonly params: SqlParams
}

/** Where a query begins. */
export type HistoryStart = 'time' | 'rating' | 'seed' | 'text' | 'collection' | 'tag'

export interface HistoryQuestion {
  readonly filter: HistoryFilter
  /** From searchQuery. */
  readonly match: string | undefined
  readonly start: HistoryStart
}

const STARTS: Record<HistoryStart, { from: string; id: string }> = {
  time: { from: 'images i INDEXED BY images_by_time', id: 'i.id' },
  rating: { from: 'images i INDEXED BY images_by_rating', id: 'i.id' },
  seed: { from: 'images i INDEXED BY images_by_seed', id: 'i.id' },
  text: {
    from: 'image_search CROSS JOIN images i INDEXED BY images_by_time ON i.id = image_search.rowid',
    id: 'image_search.rowid',
  },
  collection: {
    from: 'collection_images c CROSS JOIN images i INDEXED BY images_by_time ON i.id = c.image_id',
    id: 'c.image_id',
  },
  tag: { from: 'image_tags t CROSS JOIN images i INDEXED BY images_by_time ON i.id = t.image_id', id: 't.image_id' },
}

/** The best start for an order by time; where its rows have to be sorted first, it pays only if they are few. */
export function narrowestStart(filter: HistoryFilter, match: string | undefined): HistoryStart {
  if (filter.seed !== undefined || filter.seedFrom !== undefined || filter.seedTo !== undefined) return 'seed'
  if (match !== undefined) return 'text'
  if (filter.collectionId !== undefined) return 'collection'
  return filter.tagIds !== undefined && filter.tagIds.length > 0 ? 'tag' : 'time'
}

export interface PageBounds {
  readonly byRating: boolean
  readonly descending: boolean
  /** Not included. None: from the very end. */
  readonly cursor: { readonly rating: number; readonly id: number } | undefined
  readonly limit: number
}

/** Rows `{id, rating}`, in order. */
export function pageQuery(question: HistoryQuestion, bounds: PageBounds): HistoryQuery {
  const { from, id } = STARTS[question.start]
  const { byRating, descending, cursor } = bounds
  const direction = descending ? 'DESC' : 'ASC'
  const { conditions, params } = filterConditions(question)
  let [firstId, lastId] = idRange(question.filter)
  if (byRating) {
    conditions.push(`(i.rating, i.id) ${descending ? '<' : '>'} (@cursorRating, @cursorId)`)
    params.cursorRating = cursor?.rating ?? (descending ? 9 : -1)
    params.cursorId = cursor?.id ?? 0
  } else if (cursor !== undefined) {
    if (descending) lastId = Math.min(lastId, cursor.id - 1)
    else firstId = Math.max(firstId, cursor.id + 1)
  }
  conditions.push(`${id} BETWEEN @firstId AND @lastId`)
  const order = byRating ? `i.rating ${direction}, i.id ${direction}` : `${id} ${direction}`
  return {
    sql: `SELECT i.id, i.rating FROM ${from} WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT @limit`,
    params: { ...params, firstId, lastId, limit: bounds.limit },
  }
}

/** One row `{count}`; with `atMost`, counting stops there. */
export function countQuery(question: HistoryQuestion, atMost?: number): HistoryQuery {
  const { rows, params } = matchingRows(question)
  if (atMost === undefined) return { sql: `SELECT count(*) AS count ${rows}`, params }
  return { sql: `SELECT count(*) AS count FROM (SELECT 1 ${rows} LIMIT @atMost)`, params: { ...params, atMost } }
}

/**
 * Rows `{day, firstId, imageCount}`, the latest day first; days are counted from 1970-01-01 as day 1.
 *
 * @param shiftMs what to add to UTC to get the person's clock
 */
export function daysQuery(question: HistoryQuestion, shiftMs: number): HistoryQuery {
  const { rows, params } = matchingRows(question)
  return {
    // the driver binds numbers as REAL, and only integers are divided without a rest; a day is added before because
    // division rounds towards zero, which is the wrong way for a clock that is behind UTC in the first hours of 1970
    sql: `SELECT (i.id / ${IDS_PER_MS} + CAST(@shiftMs AS INTEGER) + ${DAY_MS}) / ${DAY_MS} AS day,
        min(i.id) AS firstId, count(*) AS imageCount ${rows} GROUP BY day ORDER BY day DESC`,
    params: { ...params, shiftMs },
  }
}

/** FROM and WHERE of all that pass. */
function matchingRows(question: HistoryQuestion): { rows: string; params: SqlParams } {
  const { from, id } = STARTS[question.start]
  const { conditions, params } = filterConditions(question)
  const [firstId, lastId] = idRange(question.filter)
  conditions.push(`${id} BETWEEN @firstId AND @lastId`)
  return { rows: `FROM ${from} WHERE ${conditions.join(' AND ')}`, params: { ...params, firstId, lastId } }
}

/** Created time is in the id (image-id.ts). */
function idRange({ createdFromMs, createdToMs }: HistoryFilter): [firstId: number, lastId: number] {
  return [
    createdFromMs === undefined ? 0 : firstIdAt(createdFromMs),
    createdToMs === undefined ? MAX_IMAGE_ID : firstIdAt(createdToMs + 1) - 1,
  ]
}

function filterConditions({ filter, match, start }: HistoryQuestion): { conditions: string[]; params: SqlParams } {
  const conditions = ['i.is_trashed = @trashed']
  const params: SqlParams = { trashed: filter.trashed === true ? 1 : 0 }
  const add = (name: string, condition: string, value: string | number | undefined): void => {
    if (value === undefined) return
    conditions.push(condition)
    params[name] = value
  }
  const seedText = (seed: bigint | undefined): string | undefined =>
    seed === undefined ? undefined : seedToColumn(seed)
  if (filter.origin === 'other') conditions.push("i.origin <> 'reprise'")
  else add('origin', 'i.origin = @origin', filter.origin)
  add('kind', 'i.kind = @kind', filter.kind)
  add('scheduler', 'i.scheduler = @scheduler', filter.scheduler)
  add('widthPx', 'i.width_px = @widthPx', filter.widthPx)
  add('heightPx', 'i.height_px = @heightPx', filter.heightPx)
  add('minRating', 'i.rating >= @minRating', filter.minRating)
  add('favourite', 'i.favourite = @favourite', filter.favourite === undefined ? undefined : Number(filter.favourite))
  add('seed', 'i.seed = @seed', seedText(filter.seed))
  add('seedFrom', 'i.seed >= @seedFrom', seedText(filter.seedFrom))
  add('seedTo', 'i.seed <= @seedTo', seedText(filter.seedTo))
  add('modelHash', 'i.environment_id IN (SELECT id FROM environments WHERE model_hash = @modelHash)', filter.modelHash)
  add('match', matchCondition(start), match)
  add(
    'collection',
    start === 'collection'
      ? 'c.collection_id = @collection'
      : 'EXISTS (SELECT 1 FROM collection_images WHERE collection_id = @collection AND image_id = i.id)',
    filter.collectionId,
  )
  for (const [index, tagId] of (filter.tagIds ?? []).entries()) {
    const name = `tag${index}`
    const starts = start === 'tag' && index === 0
    const exists = `EXISTS (SELECT 1 FROM image_tags WHERE tag_id = @${name} AND image_id = i.id)`
    add(name, starts ? `t.tag_id = @${name}` : exists, tagId)
  }
  return { conditions, params }
}

function matchCondition(start: HistoryStart): string {
  if (start === 'text') return 'image_search MATCH @match'
  // a walk asks for many rows: all matches once are cheaper than one query of the text index for each
  if (start === 'rating') return 'i.id IN (SELECT rowid FROM image_search WHERE image_search MATCH @match)'
  return 'EXISTS (SELECT 1 FROM image_search WHERE image_search MATCH @match AND rowid = i.id)'
}
