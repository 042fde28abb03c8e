/**
 * How smooth the history is with a hundred thousand images, in a real browser: from the address to the first picture,
 * and how long frames take while somebody scrolls, by the wheel and by the rail of dates.
 *
 *     node test/bench/history-frames.ts [rows]
 *
 * Wanted: the first picture within a second, and no frame over 50 ms at the 95th percentile. Frames are what
 * requestAnimationFrame sees; long tasks are what Chromium itself reports of the main thread. All pictures are one file
 * under many names: the wall reads and draws each by itself. Needs a Chromium, as the end-to-end tests do.
 */
import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import sharp from 'sharp'
import { openDatabase } from '../../electron/db/open-database.ts'
import { buildPages } from '../e2e/build-pages.ts'
import { chromiumArguments, findChromium } from '../e2e/chromium.ts'
import { ServedStudio } from '../e2e/served-studio.ts'
import { fillHistory, historyFileName } from './fill-history.ts'

const rowCount = Number(process.argv[2] ?? 100_000)
const executablePath = findChromium()
if (executablePath === undefined) throw new Error('no Chromium: install one, or name it in REPRISE_CHROMIUM')
const PICTURE_PX = 512
/** Names of one file, fewer than ext4 allows. */
const MAX_LINKS = 50_000
const WHEEL_TURNS = 240
const RAIL_STEPS = 60

interface Frames {
  readonly frames: number[]
  readonly longTasks: number[]
}

/** Runs in the page, from its first moment. */
const WATCHER = `
  window.firstPicture = new Promise((resolve) => {
    const look = () => {
      const picture = document.querySelector('[role="gridcell"] img')
      if (picture !== null && picture.complete && picture.naturalWidth > 0) requestAnimationFrame(resolve)
      else requestAnimationFrame(look)
    }
    look()
  })
  window.watched = { frames: [], longTasks: [] }
  let last
  const frame = (now) => {
    if (last !== undefined) window.watched.frames.push(now - last)
    last = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.watched.longTasks.push(entry.duration)
  }).observe({ entryTypes: ['longtask'] })
`

async function fill(dataDir: string): Promise<void> {
  await mkdir(join(dataDir, 'images'), { recursive: true })
  const noise = await sharp({
    create: {
      width: PICTURE_PX,
      height: PICTURE_PX,
      channels: 3,
      background: '#446',
      noise: { type: 'gaussian', mean: 90, sigma: 30 },
    },
  })
    .png()
    .toBuffer()
  const db = openDatabase(dataDir)
  fillHistory(db, rowCount)
  db.close()
  for (let index = 0; index < rowCount; index++) {
    const path = join(dataDir, historyFileName(index))
    if (index % MAX_LINKS === 0) await writeFile(path, noise)
    else await link(join(dataDir, historyFileName(index - (index % MAX_LINKS))), path)
  }
}

async function takeFrames(page: Page): Promise<Frames> {
  return page.evaluate<Frames>(
    '(() => { const seen = window.watched; window.watched = { frames: [], longTasks: [] }; return seen })()',
  )
}

function print(name: string, { frames, longTasks }: Frames): void {
  const sorted = frames.toSorted((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
  const longest = Math.max(0, ...longTasks).toFixed(0)
  console.log(
    `${name.padEnd(28)}${frames.length} frames: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, max ${at(1)} ms; ` +
      `${longTasks.length} tasks over 50 ms, the longest ${longest} ms`,
  )
}

const pagesDir = process.env.REPRISE_TEST_PAGES ?? (await mkdtemp(join(tmpdir(), 'reprise-pages-')))
if (process.env.REPRISE_TEST_PAGES === undefined) await buildPages(pagesDir)
const studio = await ServedStudio.start(pagesDir, fill)
const browser = await chromium.launch({ executablePath, args: chromiumArguments() })
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.setDefaultTimeout(120_000)
  await page.addInitScript({ content: WATCHER })
  console.log(
    `${rowCount} images, ${cpus().length} cores, load ${loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')}`,
  )
  const firstPictureMs = async (): Promise<string> => {
    const ms = await page.evaluate<number>('window.firstPicture.then(() => performance.now())')
    return `${ms.toFixed(0)} ms`
  }
  // signing in leads to the address that is wanted
  await page.goto(`${studio.signInUrl}#/history`)
  console.log(`first picture, nothing cached: ${await firstPictureMs()}`)
  for (let round = 0; round < 3; round++) {
    await page.reload()
    console.log(`first picture, again: ${await firstPictureMs()}`)
  }

  const wall = page.getByRole('grid')
  await wall.hover()
  await takeFrames(page)
  for (let turn = 0; turn < WHEEL_TURNS; turn++) await page.mouse.wheel(0, 240)
  print('wheel, slowly', await takeFrames(page))
  for (let turn = 0; turn < WHEEL_TURNS; turn++) await page.mouse.wheel(0, 2_400)
  print('wheel, fast', await takeFrames(page))
  await page.getByRole('slider', { name: 'Date' }).focus()
  await takeFrames(page)
  for (let step = 0; step < RAIL_STEPS; step++) await page.keyboard.press('PageDown')
  print('dates, a month at a time', await takeFrames(page))
  console.log(
    `load at the end ${loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')}`,
  )
} finally {
  await browser.close()
  await studio.remove()
  if (process.env.REPRISE_TEST_PAGES === undefined) await rm(pagesDir, { recursive: true, force: true })
}
