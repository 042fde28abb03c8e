/**
 * How long a hundred thousand images take to look through: first page, full-text search, filtered page, jump to a
 * date. Each must stay under 20 ms at the 95th percentile. Below them, without a limit, the worst there is: filters
 * that nothing passes, so that every candidate is looked at. Then what counts all images, under 200 ms, and one of them.
 *
 *     node test/bench/history-bench.ts [rows] [runs]
 *
 * Prints one line a question: min, p50, p95 and max in ms, and how many images (or days, models, tags) there were.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HistoryRequest } from '#shared/history.ts'
import { openDatabase } from '../../electron/db/open-database.ts'
import type { StudioDatabase } from '../../electron/db/studio-database.ts'
import { statistics } from '../../electron/services/history/statistics.ts'
import { fillHistory, GAP_MS, START_MS } from './fill-history.ts'

const LIMIT_MS = 20
/** Of what looks at all images. */
const ALL_LIMIT_MS = 200
const rowCount = Number(process.argv[2] ?? 100_000)
const runCount = Number(process.argv[3] ?? 200)

/** A page of the history. */
function measure(db: StudioDatabase, name: string, request: (run: number) => HistoryRequest): boolean {
  return measureAny(name, LIMIT_MS, (run) => {
    const asked = request(run)
    return () => db.read.history.page(asked).images.length
  })
}

/** @param prepare makes the question, which is not measured; asking it gives the number of rows */
function measureAny(name: string, limitMs: number, prepare: (run: number) => () => number): boolean {
  const times: number[] = []
  let rowsFound = 0
  for (let run = -3; run < runCount; run++) {
    const ask = prepare(Math.max(run, 0))
    const start = performance.now()
    rowsFound = ask()
    if (run >= 0) times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))]
  const isFast = at(0.95) < limitMs
  const columns = [at(0), at(0.5), at(0.95), at(1)].map((ms) => ms.toFixed(2).padStart(8))
  console.log(`${name.padEnd(44)}${columns.join('')}${String(rowsFound).padStart(6)}${isFast ? '' : '   too slow'}`)
  return isFast
}

const dataDir = mkdtempSync(join(tmpdir(), 'reprise-history-'))
const db = openDatabase(dataDir)
try {
  const start = performance.now()
  fillHistory(db, rowCount)
  console.log(`${rowCount} rows in ${((performance.now() - start) / 1000).toFixed(1)} s`)
  const firstMs = START_MS
  const lastMs = START_MS + rowCount * GAP_MS
  const dateAt = (run: number): number => Math.floor(firstMs + (lastMs - firstMs) * ((1 + ((run * 37) % 100)) / 101))
  const keep = db.read.tags.list().find((tag) => tag.name === 'keep')!.id
  const middle = db.read.history.page({ atMs: dateAt(50), limit: 1 }).after!

  console.log(`${''.padEnd(44)}     min     p50     p95     max  rows`)
  const fast = [
    measure(db, 'first page', () => ({})),
    measure(db, 'page in the middle', () => ({ after: middle })),
    measure(db, 'page before it', () => ({ before: middle })),
    measure(db, 'oldest first', () => ({ sort: 'oldest' })),
    measure(db, 'best rated', () => ({ sort: 'rating' })),
    measure(db, 'jump to a date', (run) => ({ atMs: dateAt(run) })),
    measure(db, 'jump to a date in a search', (run) => ({ atMs: dateAt(run), filter: { text: 'castle' } })),
    measure(db, 'search: a common word', () => ({ filter: { text: 'castle' } })),
    measure(db, 'search: a word in every prompt', () => ({ filter: { text: 'art' } })),
    measure(db, 'search: a rare word', () => ({ filter: { text: 'needle' } })),
    measure(db, 'search: beginnings of words', () => ({ filter: { text: 'ca wat su' } })),
    measure(db, 'search: a phrase', () => ({ filter: { text: '"castle at dawn"' } })),
    measure(db, 'search: nothing found', () => ({ filter: { text: 'castle zebra' } })),
    measure(db, 'search, model and scheduler', () => ({
      filter: { text: 'castle', modelHash: '1'.repeat(64), scheduler: 'euler' },
    })),
    measure(db, 'search, best rated', () => ({ filter: { text: 'castle' }, sort: 'rating' })),
    measure(db, 'filter: model, scheduler, size', () => ({
      filter: { modelHash: '2'.repeat(64), scheduler: 'ddim', widthPx: 768, heightPx: 512 },
    })),
    measure(db, 'filter: favourites of 4 and better', () => ({ filter: { favourite: true, minRating: 4 } })),
    measure(db, 'filter: a tag', () => ({ filter: { tagIds: [keep] } })),
    measure(db, 'filter: a tag, rated 5, best first', () => ({
      filter: { tagIds: [keep], minRating: 5 },
      sort: 'rating',
    })),
    measure(db, 'filter: collection and scheduler', () => ({ filter: { collectionId: 1, scheduler: 'pndm' } })),
    measure(db, 'filter: seeds of a range', () => ({ filter: { seedFrom: 1000n, seedTo: 2_000_000n } })),
    measure(db, 'filter: a seed nobody used', () => ({ filter: { seed: 2n ** 64n - 1n } })),
    measure(db, 'filter: a week', (run) => ({
      filter: { createdFromMs: dateAt(run), createdToMs: dateAt(run) + 604_800_000 },
    })),
    measure(db, 'trash', () => ({ filter: { trashed: true } })),
  ]
  console.log('at worst:')
  measure(db, 'filter: nothing passes', () => ({ filter: { widthPx: 999 } }))
  measure(db, 'search in all, nothing passes', () => ({ filter: { text: 'art', widthPx: 999 } }))
  measure(db, 'tag, nothing passes', () => ({ filter: { tagIds: [keep], widthPx: 999 } }))
  measure(db, 'search in all, best rated, nothing passes', () => ({
    filter: { text: 'art', widthPx: 999 },
    sort: 'rating',
  }))

  console.log('of all images:')
  const { read } = db
  const imageIds = read.history.page({ limit: 500 }).images.map(({ id }) => id)
  const ofAll = (name: string, ask: (run: number) => number): boolean =>
    measureAny(name, ALL_LIMIT_MS, (run) => () => ask(run))
  fast.push(
    ofAll('count of a filter', () => read.history.count({ scheduler: 'euler' })),
    ofAll('days', () => read.history.days({}, 60).length),
    ofAll('days of a filter', () => read.history.days({ scheduler: 'euler' }, 60).length),
    ofAll('days of a search in all', () => read.history.days({ text: 'art' }, 60).length),
    ofAll('statistics', () => statistics(read.statistics).models.length),
    ofAll('an image with all about it', (run) => {
      const id = imageIds[run % imageIds.length]
      read.images.get(id)
      return read.tags.ofImage(id).length + read.collections.ofImage(id).length + read.verdicts.ofImage(id).length
    }),
    ofAll('ids of the trash', () => read.history.trashedIds().length),
  )
  db.close()
  console.log(`${(statSync(join(dataDir, 'reprise.sqlite')).size / 1e6).toFixed(0)} MB on disk`)
  if (fast.includes(false)) process.exitCode = 1
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}
