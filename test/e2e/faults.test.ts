/** What goes wrong under the panels: the studio ends and comes back, the engine dies. Nothing made or typed is lost. */
import { expect } from 'vitest'
import { eventually, openWindow, serveStudio, test } from './e2e.ts'
import { addLongJob, fillPrompts, madeCell, promptField, setNumber, shownImageId, imagesMade } from './panel-actions.ts'

test('the studio is killed and started again on the same port: the open page goes on', async () => {
  const studio = await serveStudio()
  const page = await openWindow(studio, { allowErrors: true })
  await fillPrompts(page, ['mountains at sunset', 'half a tho'])
  await studio.kill()
  await page.getByText('No connection to the studio.').waitFor()
  // typing goes on meanwhile
  await promptField(page, 2).fill('the sea at night')
  await studio.start()
  // the token is the same: the browser is still signed in
  await page.getByText('No connection to the studio.').waitFor({ state: 'detached' })
  await eventually(() => promptField(page, 2).inputValue()).toBe('the sea at night')
  await setNumber(page, 'Images per prompt', 1)
  await setNumber(page, 'Steps', 4)
  await page.getByRole('button', { name: 'Generate 2 images' }).click()
  await eventually(() => page.getByRole('button', { name: /^Image of “/ }).count()).toBe(2)
})

test('killed in the middle of a job: after the start the job goes on where it was', async () => {
  const studio = await serveStudio()
  const id = await addLongJob(studio, 'mountains at sunset', 2)
  await eventually(async () => (await studio.client.jobs.queueState({})).progress?.activity).toBe('denoising')
  await studio.kill()
  await studio.start()
  const page = await openWindow(studio)
  await page.getByRole('button', { name: /^\d of 2/ }).waitFor()
  expect((await studio.client.jobs.get({ id })).state).toBe('running')
  await studio.client.jobs.cancel({ id })
})

test('the engine is killed in the middle of a job: it is started again, and the job is finished', async () => {
  const studio = await serveStudio()
  const page = await openWindow(studio)
  await fillPrompts(page, ['mountains at sunset'])
  await setNumber(page, 'Images per prompt', 2)
  await setNumber(page, 'Steps', 200)
  await page.getByRole('button', { name: 'Generate 2 images' }).click()
  await page
    .getByText(/^\d+\/200$/)
    .first()
    .waitFor()
  studio.killEngine()
  await eventually(() => page.getByRole('button', { name: /^Image of “mountains at sunset”/ }).count()).toBe(2)
  const images = await imagesMade(studio)
  for (const { prompt, seed, id } of images) {
    expect(await shownImageId(madeCell(page, prompt, seed))).toBe(id)
  }
})
