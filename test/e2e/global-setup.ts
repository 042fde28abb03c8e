/** Once before the end-to-end tests: looks for a Chromium, and builds the panels into a folder that only they use. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { buildPages } from './build-pages.ts'
import { findChromium } from './chromium.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Null: there is none, and the tests are skipped. */
    chromiumPath: string | null
    pagesDir: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chromiumPath = findChromium()
  project.provide('chromiumPath', chromiumPath ?? null)
  // panels that were built already save time while tests are written
  const given = process.env.REPRISE_TEST_PAGES
  if (chromiumPath === undefined) {
    const missing = 'no Chromium: install one, or name it in REPRISE_CHROMIUM'
    if (process.env.REPRISE_REQUIRE_CHROMIUM === '1') throw new Error(`The end-to-end tests cannot run: ${missing}`)
    console.warn(`The end-to-end tests are skipped: ${missing}`)
  }
  if (chromiumPath === undefined || given !== undefined) {
    project.provide('pagesDir', given ?? '')
    return () => Promise.resolve()
  }
  const pagesDir = await mkdtemp(join(tmpdir(), 'reprise-pages-'))
  await buildPages(pagesDir)
  project.provide('pagesDir', pagesDir)
  return () => rm(pagesDir, { recursive: true, force: true })
}
