/** Narrow windows, large text, little motion, and how much has to be loaded before anything is seen. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { expect, inject } from 'vitest'
import { openWindow, serveStudio, test } from './e2e.ts'
import { makeImages, openPanel } from './panel-actions.ts'

const PANELS = ['Batch', 'Image to image', 'History', 'Models', 'Settings']
const MAX_FIRST_SCRIPT_BYTES = 300_000

/** Wide things scroll in a place of their own, never the page. */
async function expectNoSidewaysScroll(page: Page): Promise<void> {
  for (const panel of PANELS) {
    await openPanel(page, panel)
    for (const selector of ['html', 'main']) {
      const box = await page.locator(selector).evaluate((element: { scrollWidth: number; clientWidth: number }) => ({
        scrollWidth: element.scrollWidth,
        clientWidth: element.clientWidth,
      }))
      expect(box.scrollWidth, `${panel}: ${selector}`).toBeLessThanOrEqual(box.clientWidth)
    }
  }
}

test('900 px wide: no panel scrolls sideways', async () => {
  const studio = await serveStudio()
  await makeImages(studio, ['mountains at sunset'])
  await expectNoSidewaysScroll(await openWindow(studio, { viewport: { width: 900, height: 700 } }))
})

test('at 200 % zoom on a screen of 1280 px: no panel scrolls sideways', async () => {
  const studio = await serveStudio()
  await makeImages(studio, ['mountains at sunset'])
  // zoom is just this to a page: half the pixels, each twice as dense
  await expectNoSidewaysScroll(
    await openWindow(studio, { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }),
  )
})

test('with reduced motion nothing moves', async () => {
  const studio = await serveStudio()
  const page = await openWindow(studio, { reducedMotion: 'reduce' })
  await page.keyboard.press('q')
  await page.getByRole('dialog', { name: 'Queue' }).waitFor()
  const longestMs = await page.evaluate(() => {
    const { document } = globalThis as unknown as {
      document: { getAnimations: () => { effect: { getComputedTiming: () => { duration: number | string } } | null }[] }
    }
    const durations = document.getAnimations().map(({ effect }) => Number(effect?.getComputedTiming().duration ?? 0))
    return Math.max(0, ...durations)
  })
  expect(longestMs).toBeLessThanOrEqual(1)
})

test('the first load has less than 300 kB of compressed script', async () => {
  const studio = await serveStudio()
  const page = await openWindow(studio)
  await page.waitForLoadState('networkidle')
  const addresses = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
  const names = addresses.map((address) => new URL(address).pathname.slice(1)).filter((name) => name.endsWith('.js'))
  const pagesDir = inject('pagesDir')
  const sizes = await Promise.all(names.map(async (name) => gzipSync(await readFile(join(pagesDir, name))).length))
  const sizeBytes = sizes.reduce((sum, size) => sum + size, 0)
  expect(names.length).toBeGreaterThan(0)
  expect(sizeBytes).toBeLessThan(MAX_FIRST_SCRIPT_BYTES)
  // all there is, for whoever wonders what comes later
  const all = await readdir(join(pagesDir, 'assets'))
  expect(all.length).toBeGreaterThan(names.length)
})
