/** Image-to-image: pictures dropped on the window become inputs, each pair of picture and prompt an image. */
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { expect } from 'vitest'
import { eventually, openWindow, serveStudio, test } from './e2e.ts'
import { dropFiles, openPanel, shownImageId, type DroppedFile, imagesMade } from './panel-actions.ts'

async function picture(name: string, background: string): Promise<DroppedFile> {
  const bytes = await sharp({ create: { width: 128, height: 128, channels: 3, background } })
    .png()
    .toBuffer()
  return { name, type: 'image/png', bytes }
}

const hashOf = ({ bytes }: DroppedFile): string => createHash('sha256').update(bytes).digest('hex')

test('a picture dropped on the window becomes an image made from it', async () => {
  const studio = await serveStudio()
  const page = await openWindow(studio)
  const sea = await picture('sea.png', '#2266aa')
  // from any panel: it leads to this one
  await dropFiles(page.locator('body'), [sea])
  await page.getByRole('heading', { level: 1, name: 'Image to image' }).waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Picture 1, sea.png' }).waitFor()
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('the sea at night')
  await page.getByRole('button', { name: 'Generate 1 image' }).click()

  const result = page.getByRole('list', { name: 'Results' }).getByRole('button', { name: /^Result 1, seed \d+, done/ })
  const id = await shownImageId(result)
  const image = await studio.client.history.get({ id })
  expect(image).toMatchObject({ kind: 'image-to-image', prompt: 'the sea at night', inputImageHash: hashOf(sea) })
  await page.getByRole('slider', { name: /^Before and after/ }).waitFor()
})

test('two pictures × two prompts: four images, each from its own pair', async () => {
  const studio = await serveStudio()
  const page = await openWindow(studio, { panel: 'image-to-image' })
  const pictures = [await picture('sea.png', '#2266aa'), await picture('sand.png', '#ccaa66')]
  await dropFiles(page.locator('body'), pictures)
  for (const [index, { name }] of pictures.entries()) {
    await page.getByRole('button', { name: `Picture ${index + 1}, ${name}` }).waitFor()
  }
  await page.getByLabel(/^Prompts:/).click()
  await page.getByRole('option', { name: /^One each/ }).click()
  // each picture once more, for its second prompt; a copy lies below its picture
  for (const { name } of pictures) {
    await page
      .getByRole('button', { name: `Use ${name} again with another prompt` })
      .first()
      .click()
  }
  const prompts = ['the sea at night', 'the sea at dawn', 'desert at noon', 'desert in a storm']
  for (const { name } of pictures) {
    await eventually(() => page.getByRole('textbox', { name: `Prompt for ${name}` }).count()).toBe(2)
  }
  const pairs = pictures.flatMap((file, place) =>
    prompts.slice(2 * place, 2 * place + 2).map((prompt, copy) => ({ file, prompt, copy })),
  )
  for (const { file, prompt, copy } of pairs) {
    await page
      .getByRole('textbox', { name: `Prompt for ${file.name}` })
      .nth(copy)
      .fill(prompt)
  }
  await page.getByRole('button', { name: 'Generate 4 images' }).click()
  await eventually(() =>
    page
      .getByRole('list', { name: 'Results' })
      .getByRole('button', { name: /, done$/ })
      .count(),
  ).toBe(4)

  const images = await imagesMade(studio)
  const made = images.map(({ prompt, inputImageHash }) => ({ prompt, inputImageHash }))
  expect(made).toHaveLength(4)
  expect(made).toEqual(
    expect.arrayContaining(pairs.map(({ file, prompt }) => ({ prompt, inputImageHash: hashOf(file) }))),
  )
})

test('a file that is no picture is refused where it was dropped, by name', async () => {
  const studio = await serveStudio()
  const page = await openWindow(studio, { panel: 'image-to-image', allowErrors: true })
  await dropFiles(page.locator('body'), [{ name: 'broken.png', type: 'image/png', bytes: Buffer.from('no picture') }])
  await page.getByText(/broken\.png was not added/).waitFor()
  await openPanel(page, 'Batch')
  await openPanel(page, 'Image to image')
})
