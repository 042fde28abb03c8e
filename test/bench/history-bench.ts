/**
 * How long a hundred thousand images take to look through: first page, full-text search, filtered page, jump to a
 * date. Each must stay under 20 ms at the 95th percentile. Below them, without a limit, the worst there is: filters
 * that nothing passes, so that every candidate is looked at. Then what counts all images, under 200 ms, and one of them.
 *
 *     node test/bench/history-bench.ts [rows] [runs]
 *
 * Prints one line a question: min, p50, p95 and max in ms, and how many images (or days, models, tags) there were.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SCHEDULERS } from '#shared/names.ts'
import type { HistoryRequest } from '#shared/history.ts'
import { openDatabase } from '../../electron/db/open-database.ts'
import type { StudioDatabase } from '../../electron/db/studio-database.ts'
import { statistics } from '../../electron/services/history/statistics.ts'

const LIMIT_MS = 20
/** Of what looks at all images. */
const ALL_LIMIT_MS = 200
const rowCount = Number(process.argv[2] ?? 100_000)
const runCount = Number(process.argv[3] ?? 200)
const START_MS = Date.UTC(2024, 0, 1)
const GAP_MS = 631_001

const SUBJECTS = 'mountains house river castle forest harbour lighthouse garden street portrait dragon robot'.split(' ')
const STYLES = 'watercolour oil photograph sketch woodcut pastel engraving mosaic fresco charcoal'.split(' ')
const LIGHTS = 'sunset dawn noon moonlight fog storm candlelight overcast'.split(' ')

/** Numbers that look random and are the same in every run (a linear congruential generator). */
function numbers(): (below: number) => number {
  let state = 12_345
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function fill(db: StudioDatabase): void {
  const below = numbers()
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]
  const collection = db.transaction((write) => write.collections.create('Best', START_MS))
  for (let from = 0; from < rowCount; from += 5000) {
    db.transaction((write) => {
      for (let index = from; index < Math.min(from + 5000, rowCount); index++) {
        const size = pick([512, 512, 512, 768])
        // the word "needle" is in 1 of 5000, "art" in all; every prompt has a number of its own in half of the cases
        const own = below(2) === 0 ? `, variant ${index}` : ''
        const needle = index % 5000 === 77 ? ' needle' : ''
        const id = write.images.add({
          kind: below(5) === 0 ? 'image-to-image' : 'text-to-image',
          prompt: `${pick(STYLES)} of a ${pick(SUBJECTS)} and a ${pick(SUBJECTS)} at ${pick(LIGHTS)}, fine art${own}${needle}`,
          negativePrompt: pick(['', 'blurry', 'blurry, low quality, text']),
          seed: BigInt(below(2 ** 32)) * BigInt(index % 7 === 0 ? 2 ** 31 : 1),
          numInferenceSteps: 20,
          guidanceScale: 7.5,
          widthPx: size,
          heightPx: 512,
          scheduler: pick(SCHEDULERS),
          sigmas: 'default',
          modelName: `model ${below(4)}`,
          modelHash: String(below(4)).repeat(64),
          precision: 'float32',
          provider: 'cpu',
          engineVersion: '0.1.0',
          runtimeVersion: '1.30.0',
          createdAtMs: START_MS + index * GAP_MS,
          pixelHash: createHash('sha256').update(String(index)).digest('hex'),
          fileName: `images/${String(index).padStart(8, '0')}.png`,
          fileSizeBytes: 400_000,
          threadCount: 8,
          durationMs: 4000,
        })
        if (below(20) === 0) write.images.setFavourite(id, true)
        if (below(4) === 0) write.images.setRating(id, 1 + below(5))
        if (below(10) === 0) write.tags.give(id, pick(['keep', 'print', 'later']))
        if (below(50) === 0) write.collections.addImages(collection, [id])
        if (below(100) === 0) write.images.setTrashed(id, START_MS)
      }
    })
  }
}

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
  fill(db)
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
