/** What SQLite does for each question: no walk through a large table, no sorting where an index is in order. */
import Database from 'better-sqlite3'
import { afterEach, expect, test } from 'vitest'
import type { HistoryRequest } from '#shared/history.ts'
import { databasePaths } from './data-folder.ts'
import { HistoryReader } from './history-reader.ts'
import { ReadSql, type SqlParams } from './sql.ts'
import { StudioDatabase } from './studio-database.ts'
import { cleanUp, openTemporary, sampleImage, temporaryFolder } from './testing/studio-folder.ts'

afterEach(cleanUp)

/** Runs `work` on a small database and gives the plan of every statement it made. */
function plansOf(work: (db: StudioDatabase) => unknown): Map<string, string[]> {
  const dataDir = temporaryFolder()
  openTemporary({ dataDir }).transaction((write) => {
    const imageId = write.images.add(sampleImage())
    write.tags.give(imageId, 'a tag')
    write.jobs.add({ kind: 'text-to-image', modelDir: '/models/starter' }, [sampleItem], 1)
  })
  const raw = new Database(databasePaths(dataDir).database)
  const plans = new Map<string, string[]>()
  const prepare = raw.prepare.bind(raw)
  raw.prepare = (text: string) => {
    const rows = prepare(`EXPLAIN QUERY PLAN ${text}`).all(anyParams(text)) as { detail: string }[]
    plans.set(
      text,
      rows.map((row) => row.detail),
    )
    return prepare(text)
  }
  work(new StudioDatabase(raw, { backup: () => '', requirePlace: () => undefined, onClose: () => undefined }))
  raw.close()
  return plans
}

const sampleItem = { prompt: 'a', negativePrompt: '', seed: 1n }
const anyParams = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/@(\w+)/g)].map(([, name]) => [name, '1']))

/** Tables that stay small whatever happens, what stands in the query itself, and the text index when MATCH asks it. */
const MAY_BE_SCANNED =
  /^SCAN (json_each|tags|collections|presets|settings|models|latest|\(subquery-\d+\)|image_search (EXISTS )?VIRTUAL TABLE INDEX \d+:.*M|(j|jobs) USING INDEX jobs_pending|t USING INDEX job_items_running)/
const sorts = (plan: string[]): boolean => plan.some((step) => step.includes('TEMP B-TREE'))
const scans = (plan: string[]): string[] => plan.filter((step) => step.startsWith('SCAN') && !MAY_BE_SCANNED.test(step))

const filters = {
  none: {},
  others: { origin: 'other' },
  text: { text: 'red -blue' },
  facets: {
    kind: 'text-to-image',
    origin: 'comfyui',
    scheduler: 'ddim',
    modelHash: 'a',
    widthPx: 512,
    favourite: true,
    minRating: 2,
  },
  seed: { seed: 7n },
  dates: { createdFromMs: 5, createdToMs: 9_000_000_000_000 },
  tags: { tagIds: [1, 2], scheduler: 'ddim' },
  collection: { collectionId: 1, tagIds: [1] },
  trash: { trashed: true },
  everything: { text: 'red', seed: 7n, tagIds: [1], collectionId: 1, minRating: 1 },
} satisfies Record<string, HistoryRequest['filter']>

test.each(Object.entries(filters))('by time, %s: no scan, nothing is sorted', (_name, filter) => {
  const plans = plansOf(({ read }) => {
    for (const sort of ['newest', 'oldest'] as const) {
      read.history.page({ filter, sort })
      read.history.page({ filter, sort, after: '0.5' })
      read.history.page({ filter, sort, before: '0.5' })
      read.history.page({ filter, sort, atMs: 5 })
    }
  })
  expect(plans.size).toBeGreaterThanOrEqual(2)
  for (const [text, plan] of plans) {
    expect(scans(plan), text).toEqual([])
    expect(sorts(plan), `${text}\n${plan.join('\n')}`).toBe(false)
  }
})

test('a walk reads the index only', () => {
  const plans = plansOf(({ read }) => {
    read.history.page({ filter: filters.facets })
    read.history.page({ filter: filters.facets, sort: 'rating' })
  })
  const walks = [...plans].filter(([text]) => text.startsWith('SELECT i.id, i.rating'))
  expect(walks.map(([, plan]) => plan[0])).toEqual([
    'SEARCH i USING COVERING INDEX images_by_time (is_trashed=? AND id>? AND id<?)',
    expect.stringContaining('SEARCH i USING COVERING INDEX images_by_rating (is_trashed=? AND '),
  ])
  for (const [, plan] of walks) expect(sorts(plan)).toBe(false)
})

test('by rating, few matches are sorted; many are left to the index by rating', () => {
  const dataDir = temporaryFolder()
  openTemporary({ dataDir }).transaction((write) => {
    for (let n = 0; n < 2001; n++) {
      const id = write.images.add(sampleImage({ prompt: n % 2 === 0 ? 'common' : 'common and rarer' }))
      write.images.setRating(id, n % 6)
    }
  })
  const raw = new Database(databasePaths(dataDir).database)
  const startOf = (text: string): string => {
    const asked: string[] = []
    const sql = new ReadSql(raw)
    const all = sql.all.bind(sql)
    sql.all = (query: string, params?: SqlParams) => {
      asked.push(query)
      return all(query, params)
    }
    const { images } = new HistoryReader(sql).page({ filter: { text }, sort: 'rating', limit: 100 })
    expect(images.map((image) => image.rating)).toEqual(Array.from({ length: 100 }, () => 5))
    expect(images.map((image) => image.id)).toEqual(images.map((image) => image.id).toSorted((a, b) => b - a))
    return /FROM (\w+)/.exec(asked[0])?.[1] ?? ''
  }
  expect([startOf('common'), startOf('rarer')]).toEqual(['images', 'image_search'])
  raw.close()
})

test('days are counted in an index', () => {
  for (const filter of [filters.none, filters.facets, filters.trash]) {
    const [plan] = plansOf(({ read }) => read.history.days(filter, 60)).values()
    expect(plan[0]).toBe('SEARCH i USING COVERING INDEX images_by_time (is_trashed=? AND id>? AND id<?)')
    expect(scans(plan)).toEqual([])
  }
})

test('statistics: one walk through the table, all else in indexes', () => {
  const plans = plansOf(({ read: { statistics } }) => {
    statistics.totals()
    statistics.sizes()
    statistics.foreignOrigins()
    statistics.models()
    statistics.trashedCount()
  })
  const walks = [...plans.values()].map((plan) => plan.filter((step) => step.includes('images')))
  expect(walks).toEqual([
    ['SCAN images'],
    ['SEARCH images USING COVERING INDEX images_by_time (is_trashed=?)'],
    ['SEARCH images USING COVERING INDEX images_by_time (is_trashed=?)'],
    [
      'SCAN images USING COVERING INDEX images_by_environment',
      'SEARCH images USING COVERING INDEX images_by_time (is_trashed=?)',
    ],
    ['SEARCH images USING COVERING INDEX images_by_time (is_trashed=?)'],
  ])
})

test('what else is read: no large table is scanned', () => {
  const plans = plansOf(({ read }) => {
    for (const filter of Object.values(filters)) {
      read.history.page({ filter, sort: 'rating' })
      read.history.count(filter)
      read.history.days(filter)
    }
    read.history.page({ filter: { seedFrom: 1n, seedTo: 9n } })
    read.images.findByFileName('x')
    read.images.findByPixelHash('x')
    read.images.filesAfter(0, 10)
    read.images.trashedBefore(1, 10)
    read.readSettings.ofImage(1)
    read.readSettings.imagesWith('x', 'y')
    read.inputs.find('x')
    read.inputs.after('', 10)
    const [job] = read.jobs.pending()
    read.jobs.finished(10)
    read.jobItems.ofJob(job.id, 10)
    read.jobItems.next(10)
    read.jobItems.running()
    read.models.findByHash('x')
    read.prompts.recent(10)
    read.tags.ofImage(1)
    read.tags.imageIds(1)
    read.tags.list()
    read.collections.ofImage(1)
    read.collections.imageIds(1)
    read.collections.list()
    read.verdicts.ofImage(1)
    read.verdicts.differenceFilesOf([1])
    read.history.trashedIds()
  })
  expect(plans.size).toBeGreaterThan(25)
  for (const [text, plan] of plans) expect(scans(plan), text).toEqual([])
})
