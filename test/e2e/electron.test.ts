/**
 * The desktop app in Electron itself, not packaged: fuses are as Electron ships them, and Playwright needs one that
 * packages switch off. Skipped where Electron's program is not installed, or there is no screen (xvfb-run is enough).
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import sharp from 'sharp'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeFolders, temporaryFolder } from '../desktop/launch.ts'
import { chromiumArguments } from './chromium.ts'
import { findElectron } from './electron-program.ts'
import { fillPrompts, setNumber, shownImageId } from './panel-actions.ts'

const ROOT = join(import.meta.dirname, '../..')
const program = findElectron()

describe.skipIf(program === undefined)('Electron', () => {
  let app: ElectronApplication
  let page: Page
  let env: Record<string, string>
  const errors: string[] = []

  beforeAll(async () => {
    for (const name of ['node', 'renderer', 'main', 'preload']) {
      await build({ configFile: join(ROOT, `build/vite.${name}.config.ts`), logLevel: 'error' })
    }
    const dir = temporaryFolder()
    const given = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
    // settings of its own, and with them a lock of its own for the one instance
    const own = { REPRISE_DATA_DIR: join(dir, 'data'), XDG_CONFIG_HOME: dir, APPDATA: dir }
    env = { ...Object.fromEntries(given), ...own }
    app = await _electron.launch({ executablePath: program!, args: [ROOT, ...chromiumArguments()], env })
    page = await app.firstWindow()
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
  }, 180_000)
  afterAll(async () => {
    await app.close()
    removeFolders()
  })

  test('the window shows the panels, which know nothing of Node', async () => {
    await page.getByRole('navigation').waitFor()
    expect(page.url()).toMatch(/^app:\/\/reprise\//)
    const globals = await page.evaluate(() =>
      ['require', 'process', 'module', 'reprise'].filter((name) => name in globalThis),
    )
    expect(globals).toEqual(['reprise'])
    expect(await app.evaluate(({ app: main }) => main.isPackaged)).toBe(false)
  })

  test('an image is made by the engine in a utility process, and shown', async () => {
    await fillPrompts(page, ['mountains at sunset'])
    await setNumber(page, 'Images per prompt', 1)
    await page.getByRole('button', { name: 'Generate 1 image' }).click()
    await shownImageId(page.getByRole('button', { name: 'Image of “mountains at sunset”' }))
    // breaches of the policy are among them
    expect(errors).toEqual([])
  })

  test('a second start gives its files to the first, and ends', async () => {
    const picture = join(temporaryFolder(), 'opened.png')
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#336699' } })
      .png()
      .toFile(picture)
    const second = spawn(program!, [ROOT, picture, ...chromiumArguments()], { env, stdio: 'ignore' })
    expect(await once(second, 'exit')).toEqual([0, null])
    await page.getByText('opened.png').first().waitFor()
    expect(app.windows()).toHaveLength(1)
  })
})
