/** axe finds nothing to say about any page or dialog, light and dark: the rules of WCAG 2.2, levels A and AA. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { openWindow, serveStudio, test } from './e2e.ts'
import { addLongJob, fillPrompts, makeImages, openPanel } from './panel-actions.ts'
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

async function lookAtPanels(page: Page, studio: ServedStudio): Promise<void> {
  await fillPrompts(page, ['mountains at sunset', 'a {red|blue} house'])
  await expectClean(page, 'Batch')
  await look(page, 'Keyboard shortcuts', () => page.keyboard.press('Shift+?'))
  await look(page, 'Queue', async () => {
    await studio.client.jobs.pauseQueue({})
    await addLongJob(studio, 'one that waits')
    await page.keyboard.press('q')
    await page.getByRole('dialog', { name: 'Queue' }).getByText('one that waits').waitFor()
  })

  await openPanel(page, 'Image to image')
  await expectClean(page, 'Image to image, empty')
  await openPanel(page, 'Models')
  await expectClean(page, 'Models')
  await openPanel(page, 'Settings')
  await page.getByRole('button', { name: 'Run check-up' }).click()
  await page.getByRole('button', { name: 'Run check-up again' }).waitFor()
  await expectClean(page, 'Settings')
}

async function lookAtImages(page: Page): Promise<void> {
  await openPanel(page, 'History')
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
  test(`every page and every dialog, ${colorScheme}`, async () => {
    const studio = await serveStudio()
    await makeImages(studio, ['mountains at sunset', 'the sea at night'])
    const page = await openWindow(studio, { colorScheme, reducedMotion: 'reduce' })
    await lookAtImages(page)
    await openPanel(page, 'Batch')
    await lookAtPanels(page, studio)
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
