/** What every end-to-end test begins with: a studio of its own, and windows that look at it. */
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, expect, inject, onTestFinished, test as base } from 'vitest'
import { chromiumArguments } from './chromium.ts'
import { ServedStudio } from './served-studio.ts'

/** Long, for machines that do other work as well; what is waited for is looked at all the time. */
const WAIT_MS = 180_000

const chromiumPath = inject('chromiumPath')
/** Skipped, and counted as skipped, where there is no Chromium. */
export const test = base.skipIf(chromiumPath === null)

let browser: Browser | undefined
afterAll(() => browser?.close())

/** A new studio; it ends with the test. */
export async function serveStudio(): Promise<ServedStudio> {
  const studio = await ServedStudio.start(inject('pagesDir'))
  onTestFinished(() => studio.remove())
  return studio
}

export interface PageOptions extends BrowserContextOptions {
  /** What the browser may complain about, such as a connection that the test cuts. */
  allowErrors?: boolean
}

export interface WindowOptions extends PageOptions {
  /** Where the address leads, such as "history?q=red". */
  panel?: string
}

/** Opens a window that is signed in. */
export async function openWindow(studio: ServedStudio, { panel = '', ...options }: WindowOptions = {}): Promise<Page> {
  const page = await openPage(options)
  await page.goto(`${studio.signInUrl}#/${panel}`)
  await page.getByRole('navigation').waitFor()
  return page
}

/** An empty page in a browser of its own, which ends with the test. What goes wrong in it fails the test. */
export async function openPage({ allowErrors = false, ...context }: PageOptions = {}): Promise<Page> {
  browser ??= await chromium.launch({ executablePath: chromiumPath!, args: chromiumArguments() })
  const opened = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...context })
  opened.setDefaultTimeout(WAIT_MS)
  const page = await opened.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await keepPicture(page, task.name)
    await opened.close()
    if (!allowErrors) expect(errors).toEqual([])
  })
  return page
}

/** Asks until it is so. */
export function eventually<Value>(ask: () => Promise<Value> | Value): ReturnType<typeof expect.poll<Value>> {
  return expect.poll(ask, { timeout: WAIT_MS, interval: 50 })
}

/** Of what a failed test saw last. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const path = join(tmpdir(), `reprise-failed-${name.replace(/\W+/g, '-').slice(0, 80)}.png`)
  await page.screenshot({ path }).then(
    () => {
      console.error(`What the window showed: ${path}`)
    },
    // the browser itself may be gone
    () => undefined,
  )
}
