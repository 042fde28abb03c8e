/** The history: found again by words and marks, marked, thrown away, and brought back. */
import { expect } from 'vitest'
import { eventually, openWindow, serveStudio, test } from './e2e.ts'
import { makeImages } from './panel-actions.ts'

const PROMPTS = ['mountains at sunset', 'a red house in the snow', 'the sea at night', 'a red boat on the sea']

test('words and marks find images; the search is in the address', async () => {
  const studio = await serveStudio()
  await makeImages(studio, PROMPTS)
  const page = await openWindow(studio, { panel: 'history' })
  const tiles = page.getByRole('gridcell')
  await eventually(() => tiles.count()).toBe(4)

  const search = page.getByRole('combobox', { name: 'Search the history' })
  await search.fill('red')
  await eventually(() => tiles.count()).toBe(2)
  await page.getByText('2 images', { exact: true }).waitFor()
  await search.fill('red seed:4')
  await eventually(() => tiles.count()).toBe(1)
  await page.getByRole('gridcell', { name: 'a red boat on the sea' }).waitFor()
  await eventually(() => page.url()).toContain('q=red+seed%3A4')
  await page.reload()
  await eventually(() => tiles.count()).toBe(1)
  expect(await search.inputValue()).toBe('red seed:4')

  await search.fill('zebra')
  await page.getByText('No image matches this search').waitFor()
  await page.getByRole('button', { name: 'Show all images' }).click()
  await eventually(() => tiles.count()).toBe(4)
})

test('favourites are marked by a key, kept, and shown alone', async () => {
  const studio = await serveStudio()
  const ids = await makeImages(studio, PROMPTS)
  const page = await openWindow(studio, { panel: 'history' })
  await page.getByRole('gridcell', { name: 'the sea at night' }).click()
  await page.keyboard.press('f')
  await page.getByRole('gridcell', { name: 'the sea at night, Favourite' }).waitFor()
  await eventually(async () => (await studio.client.history.get({ id: ids[2] })).favourite).toBe(true)
  await page.getByRole('button', { name: 'Favourites only' }).click()
  await eventually(() => page.getByRole('gridcell').count()).toBe(1)
})

test('the trash takes images and gives them back', async () => {
  const studio = await serveStudio()
  const [, id] = await makeImages(studio, PROMPTS)
  const page = await openWindow(studio, { panel: 'history' })
  const tile = page.getByRole('gridcell', { name: 'a red house in the snow' })
  await tile.click()
  await page.keyboard.press('Delete')
  await eventually(() => tile.count()).toBe(0)
  expect(await studio.client.history.get({ id })).toHaveProperty('trashedAtMs')
  await page.getByRole('button', { name: 'Undo' }).click()
  await tile.waitFor()

  // and once more, out of the trash itself, whose emptying asks first
  await tile.click()
  await page.keyboard.press('Delete')
  await eventually(() => tile.count()).toBe(0)
  await page.getByRole('button', { name: 'Trash', exact: true }).click()
  await tile.waitFor()
  await page.getByRole('button', { name: 'Empty the trash' }).click()
  const dialog = page.getByRole('dialog', { name: 'Empty the trash' }).or(page.getByRole('alertdialog'))
  await dialog.getByRole('button', { name: 'Keep them' }).click()
  await tile.click()
  await page.getByRole('complementary').getByRole('button', { name: 'Restore' }).click()
  await eventually(async () => (await studio.client.history.get({ id })).trashedAtMs).toBeUndefined()
})

test('several are chosen, compared, and gone through full screen', async () => {
  const studio = await serveStudio()
  await makeImages(studio, PROMPTS)
  const page = await openWindow(studio, { panel: 'history' })
  await page.getByRole('gridcell', { name: PROMPTS[0] }).click()
  await page.getByRole('gridcell', { name: PROMPTS[1] }).click({ modifiers: ['Control'] })
  await page.keyboard.press('c')
  const comparison = page.getByRole('dialog', { name: 'Compare' })
  await comparison.getByText(/settings differ$/).waitFor()
  await page.keyboard.press('d')
  await comparison.getByText(/of the pixels differ/).waitFor()
  await page.keyboard.press('Escape')
  await comparison.waitFor({ state: 'detached' })

  await page.getByRole('gridcell', { name: PROMPTS[3] }).dblclick()
  const viewer = page.getByRole('dialog', { name: 'Image' })
  await viewer.getByText('1 of 4').waitFor()
  await page.keyboard.press('ArrowRight')
  await viewer.getByText('2 of 4').waitFor()
  await viewer.getByRole('img', { name: PROMPTS[2] }).waitFor()
})
