/**
 * Pictures of every panel for the documentation, light and dark, wide and narrow: `npm run screenshots`.
 *
 * A studio of its own makes a small history with the starter model; then each panel is brought into a state worth
 * looking at, and taken four times. Needs a Chromium, as the end-to-end tests do; writes docs/images/panels.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Locator, type Page } from 'playwright-core'
import sharp from 'sharp'
import { buildPages } from './build-pages.ts'
import { chromiumArguments, findChromium } from './chromium.ts'
import {
  addLongJob,
  choose,
  fillPrompts,
  madeCell,
  makeImages,
  openPanel,
  promptField,
  setNumber,
  shownImageId,
} from './panel-actions.ts'
import { ServedStudio } from './served-studio.ts'

const OUT = join(import.meta.dirname, '../../docs/images/panels')
const STARTER = join(import.meta.dirname, '../../build/starter/model')
const HEIGHT_PX = 860
const WIDTHS_PX = [1280, 900]
const THEMES = ['light', 'dark'] as const
const PATIENCE_MS = 600_000
/** Of WebP: text stays clean, and all of them together small. */
const QUALITY = 84
const STEPS = 20
const SEEDS = ['1842', '1843', '2001', '77']

/** What the starter model draws well. */
const PROMPTS = [
  'mountains at sunset',
  'a lavender field by day, rainbow',
  'a pine forest at night with northern lights',
]
const HISTORY = [
  'synthwave sea at sunset with a sailboat',
  'rolling hills with a tree on a sunny day',
  'travel poster of a lake with mountains at noon',
  'papercut of a forest at sunset with birds',
  'desert at sunset with a cactus, vintage poster',
  'neon city at night',
  'watercolor of a field at sunrise with a windmill',
  'desert at night with a tent, starry sky',
  'a lighthouse on the sea at night',
  'autumn hills in the morning with a cottage, watercolor',
  'pixel art, snowy mountains at night',
  'cherry blossom forest at dawn, papercut',
  'a lake at dawn with a red boat',
  'neon desert at night with a cactus',
  'watercolour of a forest in the fog at dawn',
  'the sea at night',
  'a red house in the snow, pixel art',
]

const executablePath = findChromium()
if (executablePath === undefined) throw new Error('no Chromium: install one, or name it in REPRISE_CHROMIUM')
const pagesDir = process.env.REPRISE_TEST_PAGES ?? (await mkdtemp(join(tmpdir(), 'reprise-pages-')))
if (process.env.REPRISE_TEST_PAGES === undefined) await buildPages(pagesDir)
await mkdir(OUT, { recursive: true })
const studio = await ServedStudio.start(pagesDir)
const browser = await chromium.launch({ executablePath, args: chromiumArguments() })

async function take(page: Page, name: string): Promise<void> {
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const width of WIDTHS_PX) {
      await page.setViewportSize({ width, height: HEIGHT_PX })
      // nothing is pointed at
      await page.mouse.move(width / 2, 2)
      await page.evaluate(
        `Promise.all([document.fonts.ready, ...[...document.images].map((image) => image.decode().catch(() => undefined))])`,
      )
      const shot = await page.screenshot({ animations: 'disabled', caret: 'hide' })
      const path = join(OUT, `${name}-${colorScheme}-${width}.webp`)
      const { size } = await sharp(shot).webp({ quality: QUALITY, effort: 6 }).toFile(path)
      console.log(`${path} ${Math.round(size / 1000)} kB`)
    }
  }
  await page.setViewportSize({ width: WIDTHS_PX[0], height: HEIGHT_PX })
}

async function takeBatch(page: Page): Promise<void> {
  await fillPrompts(page, PROMPTS)
  await setNumber(page, 'Images per prompt', 4)
  await choose(page, 'Seeds', 'List')
  await page.getByRole('textbox', { name: /^Seeds, / }).fill(SEEDS.join(', '))
  await page.getByRole('button', { name: /^Generate 12 images/ }).click()
  for (const prompt of PROMPTS) {
    for (const seed of SEEDS) await shownImageId(madeCell(page, prompt, seed))
  }
  // the next prompt is planned, and not made yet
  await page.getByRole('button', { name: 'Add a prompt' }).click()
  await promptField(page, PROMPTS.length + 1).fill('neon city at night')
  await madeCell(page, PROMPTS[1], SEEDS[2]).click()
  await page.getByRole('complementary').getByText('Pixel hash').waitFor()
  await page.getByRole('grid').or(page.locator('.scroll')).first().hover()
  await page.mouse.wheel(0, -2_000)
  await take(page, 'batch')
}

/** The wall with an image chosen, and all that lies over it. */
async function takeHistory(page: Page): Promise<void> {
  await openPanel(page, 'History')
  const tile = (prompt: string): Locator => page.getByRole('gridcell', { name: prompt, exact: true }).first()
  await tile(PROMPTS[2]).click()
  await page.getByRole('complementary').getByText('Pixel hash').waitFor()
  await page.keyboard.press('f')
  await page.keyboard.press('4')
  await takeDialog(page, 'reproduce', 'Reproduce', async () => {
    await page.keyboard.press('r')
    await page.getByRole('dialog').getByText('Bit-exact, same pixels').waitFor()
  })
  await take(page, 'history')
  await takeDialog(page, 'viewer', 'Image', async () => {
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('img', { name: PROMPTS[2] }).waitFor()
  })
  await tile(PROMPTS[1]).click()
  await tile(PROMPTS[0]).click({ modifiers: ['ControlOrMeta'] })
  await takeDialog(page, 'compare', 'Compare', async () => {
    await page.keyboard.press('c')
    await page.getByText(/settings? differs?$/).waitFor()
  })
}

/** Opens something over the page, takes it, and closes it. */
async function takeDialog(page: Page, name: string, title: string, open: () => Promise<void>): Promise<void> {
  await open()
  const dialog = page.getByRole('dialog', { name: title })
  await dialog.waitFor()
  await take(page, name)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
}

async function takeImageToImage(page: Page): Promise<void> {
  await openPanel(page, 'History')
  await page.getByRole('gridcell', { name: PROMPTS[1], exact: true }).first().click()
  await page.keyboard.press('i')
  await page.getByRole('button', { name: /^Picture 1/ }).waitFor()
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('a lavender field at sunset, watercolor')
  await setNumber(page, 'Images each', 4)
  await page.getByRole('button', { name: /^Generate 4 images/ }).click()
  const results = page.getByRole('list', { name: 'Results' }).getByRole('button', { name: /, done$/ })
  await results.nth(3).waitFor()
  await take(page, 'image-to-image')
}

/** One that runs, with its preview, and two that wait. */
async function takeQueue(page: Page): Promise<void> {
  await openPanel(page, 'Batch')
  for (const prompt of ['rolling hills with a tree on a sunny day', 'neon city at night', 'the sea at night']) {
    await addLongJob(studio, prompt, 4)
  }
  await takeDialog(page, 'queue', 'Queue', async () => {
    await page.keyboard.press('q')
    await page
      .getByRole('dialog')
      .getByRole('img', { name: /^Preview/ })
      .first()
      .waitFor()
    // a preview of some steps more says more
    await page
      .getByRole('dialog')
      .getByText(/^Step [1-9]\d\d of/)
      .waitFor()
  })
  for (const { id } of await studio.client.jobs.pending({})) await studio.client.jobs.cancel({ id })
}

/** Where the studio lies on this machine is nobody's business. */
async function hideFolder(page: Page): Promise<void> {
  await page
    .getByText(STARTER)
    .first()
    .evaluate((element: { textContent: string }) => {
      element.textContent = '/opt/reprise/starter'
    })
}

async function takePage(page: Page, name: string, panel: string, text: string): Promise<void> {
  await openPanel(page, panel)
  await page.getByText(text).first().waitFor()
  if (panel === 'Models') await hideFolder(page)
  await take(page, name)
}

try {
  await makeImages(studio, HISTORY, STEPS)
  const page = await browser.newPage({ viewport: { width: WIDTHS_PX[0], height: HEIGHT_PX }, locale: 'en-GB' })
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(studio.signInUrl)
  await takeBatch(page)
  await takeHistory(page)
  await takeDialog(page, 'shortcuts', 'Keyboard shortcuts', () => page.keyboard.press('?'))
  await takeImageToImage(page)
  await takePage(page, 'models', 'Models', 'Reprise Starter')
  await takePage(page, 'settings', 'Settings', 'Appearance')
  await takeQueue(page)
} finally {
  await browser.close()
  await studio.remove()
  if (process.env.REPRISE_TEST_PAGES === undefined) await rm(pagesDir, { recursive: true, force: true })
}
