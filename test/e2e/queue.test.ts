/** The queue: what runs and what waits is paused, put in another order, cancelled; and a reload loses nothing of it. */
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { eventually, openWindow, serveStudio, test } from './e2e.ts'
import { addLongJob } from './panel-actions.ts'
import type { ServedStudio } from './served-studio.ts'

/** The drawer, by its key. */
async function openQueue(page: Page): Promise<Locator> {
  await page.keyboard.press('q')
  const drawer = page.getByRole('dialog', { name: 'Queue' })
  await drawer.waitFor()
  return drawer
}

function waiting(drawer: Locator, title: string): Locator {
  return drawer.getByRole('listitem').filter({ hasText: title })
}

const titles = async ({ client }: ServedStudio): Promise<string[]> =>
  (await client.jobs.pending({})).map(({ title }) => title)

test('jobs that wait are put in another order, paused, resumed and cancelled, with undo', async () => {
  const studio = await serveStudio()
  const { client } = studio
  await client.jobs.pauseQueue({})
  for (const prompt of ['first', 'second', 'third']) await addLongJob(studio, prompt)
  const page = await openWindow(studio)
  const drawer = await openQueue(page)
  await waiting(drawer, 'third').getByRole('button', { name: 'Move to the front' }).click()
  await eventually(() => titles(studio)).toEqual(['third', 'first', 'second'])
  await eventually(() => drawer.getByRole('listitem').first().textContent()).toContain('third')

  // the same by the keyboard
  await waiting(drawer, 'second').focus()
  await page.keyboard.press('Alt+ArrowUp')
  await eventually(() => titles(studio)).toEqual(['third', 'second', 'first'])

  await waiting(drawer, 'second').getByRole('button', { name: 'Pause the job' }).click()
  await eventually(async () => (await client.jobs.pending({}))[1].state).toBe('paused')
  await waiting(drawer, 'second').getByRole('button', { name: 'Resume the job' }).click()
  await eventually(async () => (await client.jobs.pending({}))[1].state).toBe('queued')

  await waiting(drawer, 'first').getByRole('button', { name: 'Cancel the job' }).click()
  await eventually(() => titles(studio)).toEqual(['third', 'second'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await eventually(async () => (await titles(studio)).toSorted()).toEqual(['first', 'second', 'third'])
})

test('the whole queue is paused and resumed; a running job is cancelled in its middle', async () => {
  const studio = await serveStudio()
  const { client } = studio
  const id = await addLongJob(studio, 'a long one', 3)
  const page = await openWindow(studio)
  const drawer = await openQueue(page)
  const running = drawer.getByRole('region', { name: 'Running' })
  await running.getByText('a long one').waitFor()
  await drawer.getByRole('button', { name: 'Pause the queue' }).click()
  await drawer.getByRole('button', { name: 'Resume the queue' }).waitFor()
  expect((await client.jobs.queueState({})).isPaused).toBe(true)
  await drawer.getByRole('button', { name: 'Resume the queue' }).click()
  await eventually(async () => (await client.jobs.queueState({})).isPaused).toBe(false)

  await running.getByRole('button', { name: /^Actions for/ }).click()
  await page.getByRole('menuitem', { name: 'Cancel the job' }).click()
  await eventually(async () => (await client.jobs.get({ id })).state).toBe('cancelled')
  await drawer.getByText('Cancelled').first().waitFor()
})

test('a reload in the middle of a job shows where it stands, and its images come all the same', async () => {
  const studio = await serveStudio()
  const { client } = studio
  const page = await openWindow(studio)
  await page.getByRole('textbox', { name: 'Prompt 1', exact: true }).fill('mountains at sunset')
  await page.getByRole('spinbutton', { name: 'Images per prompt' }).fill('2')
  await page.getByRole('spinbutton', { name: 'Steps' }).fill('240')
  await page.getByRole('button', { name: 'Generate 2 images' }).click()
  const step = page.getByText(/^\d+\/240$/)
  await step.first().waitFor()
  await page.reload()
  // the very cells, with the step that they are at
  await step.first().waitFor()
  await page.getByRole('button', { name: /^\d of 2/ }).waitFor()
  await eventually(() => page.getByRole('button', { name: /^Image of “mountains at sunset”/ }).count()).toBe(2)
  expect(await client.history.count({})).toEqual({ imageCount: 2 })
})

test('two windows on one studio stay in step', async () => {
  const studio = await serveStudio()
  const [one, other] = [await openWindow(studio), await openWindow(studio, { panel: 'history' })]
  const drawer = await openQueue(one)
  await other.keyboard.press('q')
  await drawer.getByRole('button', { name: 'Pause the queue' }).click()
  const otherDrawer = other.getByRole('dialog', { name: 'Queue' })
  await otherDrawer.getByRole('button', { name: 'Resume the queue' }).waitFor()
  await studio.client.jobs.add({ settings: { numInferenceSteps: 4 }, items: [{ prompt: 'the sea at night', seed: 1 }] })
  await waiting(drawer, 'the sea at night').waitFor()
  await otherDrawer.getByRole('button', { name: 'Resume the queue' }).click()
  await drawer.getByRole('button', { name: 'Pause the queue' }).waitFor()
  await other.keyboard.press('Escape')
  await other.getByRole('gridcell', { name: 'the sea at night' }).waitFor()
})
