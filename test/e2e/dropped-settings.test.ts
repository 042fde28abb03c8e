/** An image of another program is dropped on the window: its settings are read, shown, and used. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { eventually, openWindow, serveStudio, test } from './e2e.ts'
import { dropFiles, promptField } from './panel-actions.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures/metadata')

test("the settings of an A1111 picture become a row of the batch, its seed the row's own", async () => {
  const studio = await serveStudio()
  const page = await openWindow(studio)
  await promptField(page, 1).fill('the sea at night')
  const bytes = await readFile(join(FIXTURES, 'a1111.png'))
  await dropFiles(page.locator('body'), [{ name: 'castle.png', type: 'image/png', bytes }])
  const dialog = page.getByRole('dialog', { name: 'This picture knows how it was made' })
  await dialog.getByText('1234567890').waitFor()
  // what cannot be used is said, not swallowed
  await dialog.getByText(/lora/i).first().waitFor()
  await dialog.getByRole('button', { name: 'Use its settings' }).click()

  await eventually(() => promptField(page, 2).inputValue()).toContain('on a hill')
  // what was there stays
  expect(await promptField(page, 1).inputValue()).toBe('the sea at night')
  expect(await page.getByRole('spinbutton', { name: 'Steps' }).first().inputValue()).toBe('25')
  expect(await page.getByRole('spinbutton', { name: 'Guidance' }).first().inputValue()).toBe('6.5')
  await page.getByText('1234567890').first().waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await eventually(() => promptField(page, 2).count()).toBe(0)
})

test('a text file of prompts becomes rows', async () => {
  const studio = await serveStudio()
  const page = await openWindow(studio, { panel: 'history' })
  const bytes = Buffer.from('mountains at sunset\nthe sea at night\n')
  await dropFiles(page.locator('body'), [{ name: 'prompts.txt', type: 'text/plain', bytes }])
  await eventually(() => promptField(page, 2).inputValue()).toBe('mountains at sunset')
  expect(await promptField(page, 3).inputValue()).toBe('the sea at night')
})
