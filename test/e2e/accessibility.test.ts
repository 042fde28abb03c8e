/** axe finds nothing to say about any page or dialog, light and dark: the rules of WCAG 2.2, levels A and AA. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { openWindow, serveStudio, test } from './e2e.ts'
import { addLongJob, choose, dropFiles, fillPrompts, makeImages, openPanel } from './panel-actions.ts'
import type { ServedStudio } from './served-studio.ts'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** @param where named in what fails */
async function expectClean(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
  const found = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join('\n')}`,
  )
  expect(found, where).toEqual([])
}

/** Opens something, looks at it, and closes it by Escape. */
async function look(page: Page, name: string, open: () => Promise<void>): Promise<void> {
  await open()
  const dialog = page.getByRole('dialog', { name })
  await dialog.waitFor()
  await expectClean(page, name)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
}

/** As they are before anything was made. */
async function lookAtPanels(page: Page, studio: ServedStudio): Promise<void> {
  await fillPrompts(page, ['mountains at sunset', 'a {red|blue} house'])
  await expectClean(page, 'Batch')
  await look(page, 'Word lists', () => page.getByRole('button', { name: 'Word lists' }).click())
  await choose(page, 'What is made', 'Compare settings')
  await expectClean(page, 'Compare settings')
  await openPanel(page, 'Image to image')
  await expectClean(page, 'Image to image, empty')
  await openPanel(page, 'History')
  await page.getByText('Every image you make is kept here').waitFor()
  await expectClean(page, 'History, empty')

  await openPanel(page, 'Models')
  for (const part of ['Models', 'Other files', 'Downloads', 'Folders']) {
    await page.getByRole('radio', { name: new RegExp(`^${part}`) }).click()
    await expectClean(page, `Models: ${part}`)
  }
  await openPanel(page, 'Settings')
  await page.getByRole('button', { name: 'Run check-up' }).click()
  await page.getByRole('button', { name: 'Run check-up again' }).waitFor()
  await expectClean(page, 'Settings')

  // letters are keys where nothing is typed
  await openPanel(page, 'History')
  await look(page, 'Keyboard shortcuts', () => page.keyboard.press('?'))
  await look(page, 'Paste settings', () => page.keyboard.press('v'))
  await look(page, 'Queue', async () => {
    await studio.client.jobs.pauseQueue({})
    await addLongJob(studio, 'one that waits')
    await page.keyboard.press('q')
    await page.getByRole('dialog', { name: 'Queue' }).getByText('one that waits').waitFor()
  })
  await look(page, 'This picture knows how it was made', async () => {
    const bytes = await readFile(join(import.meta.dirname, '../fixtures/metadata/a1111.png'))
    await dropFiles(page.locator('body'), [{ name: 'castle.png', type: 'image/png', bytes }])
  })
}

async function lookAtImages(page: Page): Promise<void> {
  const tiles = page.getByRole('gridcell')
  await tiles.nth(1).waitFor()
  await expectClean(page, 'History')
  await tiles.first().click()
  await page.getByRole('complementary').getByText('Pixel hash').waitFor()
  await expectClean(page, 'History with the inspector')
  await look(page, 'Image', () => page.keyboard.press('Enter'))
  await look(page, 'Reproduce', async () => {
    await page.keyboard.press('r')
    await page.getByText('Bit-exact, same pixels').first().waitFor()
  })
  await tiles.nth(1).click({ modifiers: ['Control'] })
  await expectClean(page, 'Several images in the inspector')
  await look(page, 'Compare', async () => {
    await page.keyboard.press('c')
    await page.getByText(/settings? differs?$/).waitFor()
  })
  await page.keyboard.press('i')
  await page.getByRole('button', { name: /^Picture 2/ }).waitFor()
  await expectClean(page, 'Image to image')
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every panel, ${colorScheme}`, async () => {
    const studio = await serveStudio()
    await lookAtPanels(await openWindow(studio, { colorScheme, reducedMotion: 'reduce' }), studio)
  })

  test(`all that shows images, ${colorScheme}`, async () => {
    const studio = await serveStudio()
    await makeImages(studio, ['mountains at sunset', 'the sea at night'])
    await lookAtImages(await openWindow(studio, { colorScheme, reducedMotion: 'reduce', panel: 'history' }))
  })
}

test('a window without a column for the inspector shows it as a sheet, which is as clean', async () => {
  const studio = await serveStudio()
  await makeImages(studio, ['mountains at sunset'])
  const viewport = { width: 900, height: 800 }
  const page = await openWindow(studio, { panel: 'history', reducedMotion: 'reduce', viewport })
  await page.getByRole('gridcell').first().click()
  await page.getByRole('button', { name: 'Show details' }).click()
  await page.getByRole('dialog', { name: 'Inspector' }).getByText('Pixel hash').waitFor()
  await expectClean(page, 'Inspector')
})
