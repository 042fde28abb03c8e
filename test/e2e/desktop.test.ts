/** The panels in the desktop window: over the app's bridge and under the policy of its pages; and what only it has. */
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { expect } from 'vitest'
import { temporaryFolder } from '../desktop/launch.ts'
import { openDesktopWindow } from './desktop-window.ts'
import { eventually, test } from './e2e.ts'
import { drawn, fillPrompts, openPanel, setNumber, shownImageId } from './panel-actions.ts'

const ENGINE = join(import.meta.dirname, '../../electron/engine/child/main.ts')
const PROMPT = 'mountains at sunset'

/** Whatever seed was drawn for it. */
function madeCell(page: Page): Locator {
  return page.getByRole('button', { name: `Image of “${PROMPT}”` })
}

/** @returns its id */
async function makeImage(page: Page): Promise<number> {
  await fillPrompts(page, [PROMPT])
  await setNumber(page, 'Images per prompt', 1)
  await page.getByRole('button', { name: 'Generate 1 image' }).click()
  return await shownImageId(madeCell(page))
}

async function pngFile(name: string): Promise<string> {
  const path = join(temporaryFolder(), name)
  await sharp({ create: { width: 64, height: 64, channels: 3, background: '#336699' } })
    .png()
    .toFile(path)
  return path
}

/** Breaches of the policy are errors of the page, and so fail this. */
test('an image is made by the engine and shown, reproduced and looked at; all panels work under the policy', async () => {
  const { page } = await openDesktopWindow({ engineEntry: ENGINE })
  const id = await makeImage(page)

  await openPanel(page, 'History')
  const tile = page.getByRole('gridcell', { name: PROMPT })
  expect(await shownImageId(tile)).toBe(id)
  await tile.click()
  await page.getByRole('complementary').getByRole('button', { name: 'Reproduce' }).click()
  await page.getByRole('dialog', { name: 'Reproduce' }).getByText('Bit-exact, same pixels').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('complementary').getByRole('button', { name: 'Open full screen' }).click()
  await drawn(page.locator(`img[src$="images/${id}"]`).first())
  await page.keyboard.press('Escape')
  await tile.click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Use as input' }).click()
  // uploaded over the bridge, as a page of app:// can post to nobody
  await page.getByRole('heading', { level: 1, name: 'Image to image' }).waitFor({ state: 'attached' })
  await eventually(() => page.locator('img[src*="inputs/"]').count()).toBeGreaterThan(0)

  for (const panel of ['Models', 'Settings', 'Batch']) await openPanel(page, panel)
  for (const key of ['?', 'q']) {
    await page.keyboard.press(key)
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  // where the page was is kept, and it goes on
  await page.reload()
  expect(await shownImageId(madeCell(page))).toBe(id)
})

test('dialogs, drags and the file manager are the system’s', async () => {
  const { page, electron } = await openDesktopWindow()
  await makeImage(page)
  await openPanel(page, 'History')
  const tile = page.getByRole('gridcell', { name: PROMPT })

  await tile.hover()
  await page.mouse.down()
  await page.mouse.move(600, 500, { steps: 4 })
  await eventually(() => electron.window.webContents.drags.length).toBe(1)
  await page.mouse.up()

  electron.saveDialogPath = join(temporaryFolder(), 'mine.png')
  await tile.click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Export' }).click()
  await page.getByText('1 image saved').waitFor()
  expect(await sharp(electron.saveDialogPath).metadata()).toMatchObject({ format: 'png' })

  await tile.click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Show in folder' }).click()
  await eventually(() => electron.logged('showItemInFolder')).toMatchObject([[expect.stringMatching(/images.*\.png$/)]])

  electron.openDialogPaths = [await pngFile('chosen.png')]
  await openPanel(page, 'Image to image')
  await page.getByRole('button', { name: 'Choose pictures' }).click()
  await page.getByText('chosen.png').first().waitFor()
})

test('tokens are given to the app, which does not give them back', async () => {
  const { page } = await openDesktopWindow()
  await openPanel(page, 'Settings')
  await page.getByRole('textbox', { name: 'Token' }).fill('hf_secret')
  await page.getByRole('button', { name: 'Save token' }).click()
  await page.getByText('A token is set').waitFor()
  expect(await page.content()).not.toContain('hf_secret')
  expect(await page.getByRole('textbox', { name: 'Token' }).inputValue()).toBe('')
  await page.getByRole('button', { name: 'Remove the token of huggingface.co' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove token' }).click()
  await page.getByText('A token is set').waitFor({ state: 'detached' })
})

test('files that are opened with the app come to the panel that they are for, and notices are shown', async () => {
  const { page, electron } = await openDesktopWindow()
  await openPanel(page, 'Settings')
  const dir = temporaryFolder()
  electron.app.emit('second-instance', {}, [], dir, { files: [await pngFile('opened.png'), join(dir, 'gone.png')] })
  await page.getByRole('heading', { level: 1, name: 'Image to image' }).waitFor({ state: 'attached' })
  await page.getByText('opened.png').first().waitFor()
  await page.getByText('gone.png').first().waitFor()
  const modelDir = join(electron.app.getAppPath(), 'build/starter/model')
  electron.app.emit('second-instance', {}, [], dir, { files: [modelDir] })
  await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor({ state: 'attached' })
  await page.getByText('1 model found').first().waitFor()
  electron.window.webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 1 })
  await page.reload()
  await page.getByText('The window was loaded again').waitFor()
})
