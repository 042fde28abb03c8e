/** The batch panel: prompts and seeds become images, each with the seed that its cell showed. */
import { expect } from 'vitest'
import { eventually, openWindow, serveStudio, test } from './e2e.ts'
import {
  choose,
  fillPrompts,
  madeCell,
  promptField,
  setNumber,
  settingsInPng,
  shownImageId,
  imagesMade,
} from './panel-actions.ts'

const PROMPTS = ['mountains at sunset', 'a red house in the snow, pixel art', 'the sea at night']

test('three prompts × two images: every cell gets its image, with its seed', async () => {
  const studio = await serveStudio()
  const page = await openWindow(studio)
  await fillPrompts(page, PROMPTS)
  await setNumber(page, 'Images per prompt', 2)
  // from image to image and from prompt to prompt, up to the largest there is: a seed that was a JavaScript number on
  // its way would be another
  await choose(page, 'Seeds', 'Counting up')
  const firstSeed = 2n ** 64n - 6n
  await page.getByRole('textbox', { name: 'First seed' }).fill(firstSeed.toString())
  await page.getByRole('button', { name: /^Generate 6 images/ }).click()

  const cells = PROMPTS.flatMap((prompt, row) =>
    [0, 1].map((column) => ({ prompt, seed: firstSeed + BigInt(2 * row + column) })),
  )
  for (const { prompt, seed } of cells) {
    const id = await shownImageId(madeCell(page, prompt, seed))
    expect(await studio.client.history.get({ id })).toMatchObject({ prompt, seed })
    expect(await settingsInPng(studio, id)).toMatchObject({ prompt, seed })
  }
  const images = await imagesMade(studio)
  expect(images).toHaveLength(6)
  expect(new Set(images.map(({ pixelHash }) => pixelHash)).size).toBe(6)
})

test('random seeds are shown before the images are made, and are those of the images', async () => {
  const studio = await serveStudio()
  const page = await openWindow(studio)
  await fillPrompts(page, ['mountains at sunset'])
  await setNumber(page, 'Images per prompt', 3)
  await setNumber(page, 'Steps', 4)
  const shown = page.getByRole('main').getByText(/^\d{5,}$/)
  const seeds = async (): Promise<string[]> => [...new Set(await shown.allTextContents())]
  await eventually(async () => (await seeds()).length).toBe(3)
  const planned = await seeds()
  await page.getByRole('button', { name: /^Generate 3 images/ }).click()
  for (const seed of planned) await shownImageId(madeCell(page, 'mountains at sunset', seed))
  const images = await imagesMade(studio)
  expect(images.map(({ seed }) => seed.toString()).toSorted()).toEqual(planned.toSorted())
})

test('what was typed survives a reload, and two windows do not take it from each other', async () => {
  const studio = await serveStudio()
  const page = await openWindow(studio)
  await fillPrompts(page, PROMPTS)
  await page.getByRole('textbox', { name: /^Negative prompt/ }).fill('blurry')
  await setNumber(page, 'Images per prompt', 5)
  await setNumber(page, 'Steps', 17)
  await page.reload()
  for (const [index, prompt] of PROMPTS.entries()) {
    await eventually(() => promptField(page, index + 1).inputValue()).toBe(prompt)
  }
  expect(await page.getByRole('textbox', { name: /^Negative prompt/ }).inputValue()).toBe('blurry')
  expect(await page.getByRole('spinbutton', { name: 'Images per prompt' }).inputValue()).toBe('5')
  expect(await page.getByRole('spinbutton', { name: 'Steps' }).inputValue()).toBe('17')
  await page.getByRole('button', { name: /^Generate 15 images/ }).waitFor()
})
