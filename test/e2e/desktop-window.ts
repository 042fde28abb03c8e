/**
 * The desktop app's window, with Chromium in Electron's place: the page gets `window.reprise` as from the preload
 * script, and behind it is the app's own main process over the fake of Electron (test/desktop). Whatever the page asks
 * for is answered by the app's protocol handler, with its headers and so with its policy.
 */
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, inject, onTestFinished } from 'vitest'
import { launch, removeFolders, temporaryFolder, type Launched, type LaunchOptions } from '../desktop/launch.ts'
import { openPage } from './e2e.ts'

const ROOT = join(import.meta.dirname, '../..')
/** In Electron it is `app://reprise/`, a scheme that no other Chromium knows. Never looked up: all requests are routed. */
const ORIGIN = 'https://reprise.test/'

/** What is used of the page's own globals, in functions that run there. */
interface PageGlobals {
  reprise: unknown
  desktopCall: (procedure: string, input: unknown) => Promise<unknown>
  desktopListen: (since: unknown) => Promise<void>
  desktopMessage: (message: unknown) => void
}

afterAll(removeFolders)

export interface DesktopWindow extends Pick<Launched, 'electron'> {
  readonly page: Page
}

export async function openDesktopWindow(options: Pick<LaunchOptions, 'engineEntry'> = {}): Promise<DesktopWindow> {
  const app = await launch({ ...options, appPath: appFolder() })
  onTestFinished(() => app.quit())
  await app.ready()
  const { electron } = app
  const page = await openPage()
  await page.route('**/*', async (route) => {
    const url = route.request().url().replace(ORIGIN, 'app://reprise/')
    const answer = await electron.fetch(url, { method: route.request().method() })
    const body = Buffer.from(await answer.arrayBuffer())
    await route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body })
  })
  await page.exposeFunction('desktopCall', (procedure: string, input: unknown) => electron.page.call(procedure, input))
  await page.exposeFunction('desktopListen', (since?: Parameters<typeof electron.page.onMessage>[1]) => {
    electron.page.onMessage((message) => {
      void page
        .evaluate((sent) => {
          ;(globalThis as unknown as PageGlobals).desktopMessage(sent)
        }, message)
        // the page is gone
        .catch(() => undefined)
    }, since)
  })
  await page.addInitScript(putBridge)
  await page.goto(ORIGIN)
  await page.getByRole('navigation').waitFor()
  return { page, electron }
}

/** As the app's folder is after a build, with the panels of these tests. */
function appFolder(): string {
  const dir = temporaryFolder()
  mkdirSync(join(dir, 'dist'))
  symlinkSync(inject('pagesDir'), join(dir, 'dist/renderer'))
  symlinkSync(join(ROOT, 'build'), join(dir, 'build'))
  return dir
}

/** Runs in the page, before its own scripts. */
function putBridge(): void {
  const page = globalThis as unknown as PageGlobals
  let receive: ((message: unknown) => void) | undefined
  page.desktopMessage = (message) => receive?.(message)
  page.reprise = Object.freeze({
    platform: 'linux',
    // Electron clones what goes through its bridge, and so refuses what cannot be cloned, such as proxies
    call: (procedure: string, input: unknown) => page.desktopCall(procedure, structuredClone(input)),
    onMessage: (listener: typeof receive, since: unknown) => {
      receive = listener
      void page.desktopListen(since)
      return () => {
        receive = undefined
      }
    },
    openDropped: () => undefined,
  })
}
