/** What people do in the panels, in the words that they see. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Locator, Page } from 'playwright-core'
import type { ImageSettings } from '#shared/generation.ts'
import type { ContractClient } from '#shared/contract/contract.ts'
import { readImageSettings } from '../../electron/services/images/read-image-settings.ts'
import type { ServedStudio } from './served-studio.ts'

const POLL_MS = 50

/** Writes prompts into the rows of the batch panel, one below the other. */
export async function fillPrompts(page: Page, prompts: readonly string[]): Promise<void> {
  for (const [index, prompt] of prompts.entries()) {
    if (index > 0) await page.getByRole('button', { name: 'Add a prompt' }).click()
    await promptField(page, index + 1).fill(prompt)
  }
}

export function promptField(page: Page, number: number): Locator {
  return page.getByRole('textbox', { name: `Prompt ${number}`, exact: true })
}

/** Types a number and leaves the field, which takes it then. */
export async function setNumber(page: Page, name: string, value: number): Promise<void> {
  const field = page.getByRole('spinbutton', { name, exact: true })
  await field.fill(`${value}`)
  await field.press('Enter')
}

/** Chooses one of a row of choices, such as where seeds come from. */
export async function choose(page: Page, group: string, choice: string): Promise<void> {
  await page
    .getByRole('group', { name: group })
    .or(page.getByRole('radiogroup', { name: group }))
    .getByText(choice, { exact: true })
    .click()
}

/** A cell of the batch whose image is there. */
export function madeCell(page: Page, prompt: string, seed: string | bigint): Locator {
  return page.getByRole('button', { name: `Image of “${prompt}” with seed ${seed}`, exact: true })
}

/** Waits until a picture of the history is drawn. @returns the image's id, out of the picture's address */
export async function shownImageId(place: Locator): Promise<number> {
  const picture = place.locator('img[src*="images/"]')
  await drawn(picture)
  return Number(/images\/(\d+)/.exec((await picture.getAttribute('src')) ?? '')?.[1])
}

/** Waits until a picture is there and could be read. */
export async function drawn(picture: Locator): Promise<void> {
  await picture.evaluate((img: { decode: () => Promise<void> }) => img.decode())
}

/** What the PNG of an image says that it was made from. */
export async function settingsInPng({ client, dataDir }: ServedStudio, id: number): Promise<ImageSettings> {
  const { bytes } = await client.history.export({ id })
  const path = join(dataDir, '..', `exported-${id}.png`)
  await writeFile(path, bytes)
  const settings = await readImageSettings(path)
  if (settings === undefined) throw new Error(`image ${id} was exported without its settings`)
  return settings
}

export interface DroppedFile {
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
}

/** Lets files go over an element, as from the desktop: with a real DataTransfer that holds real files. */
export async function dropFiles(target: Locator, files: readonly DroppedFile[]): Promise<void> {
  const sent = files.map(({ name, type, bytes }) => ({ name, type, bytes: [...bytes] }))
  const dataTransfer = await target.page().evaluateHandle((received) => {
    const { DataTransfer } = globalThis as unknown as {
      DataTransfer: new () => { items: { add: (file: File) => void } }
    }
    const transfer = new DataTransfer()
    for (const { name, type, bytes } of received) transfer.items.add(new File([new Uint8Array(bytes)], name, { type }))
    return transfer
  }, sent)
  for (const type of ['dragenter', 'dragover', 'drop']) await target.dispatchEvent(type, { dataTransfer })
}

/** Opens one of the panels by the rail. */
export async function openPanel(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor({ state: 'attached' })
}

/** A job that runs for a while: so many steps that a person has time to look at it. */
export async function addLongJob({ client }: ServedStudio, prompt: string, imageCount = 1): Promise<number> {
  const items = Array.from({ length: imageCount }, (_, index) => ({ prompt, seed: index + 1 }))
  return (await client.jobs.add({ settings: { numInferenceSteps: 1_000 }, items })).id
}

/** Makes images without a look at the panels. @returns their ids, in the order of the prompts */
export async function makeImages({ client }: ServedStudio, prompts: readonly string[], steps = 4): Promise<number[]> {
  const items = prompts.map((prompt, index) => ({ prompt, seed: index + 1 }))
  const { id } = await client.jobs.add({ settings: { numInferenceSteps: steps }, items })
  while ((await client.jobs.get({ id })).state !== 'done') await wait(POLL_MS)
  return (await client.jobs.items({ jobId: id })).map(({ imageId }) => imageId!)
}

type HistoryImage = Awaited<ReturnType<ContractClient['history']['page']>>['images'][number]
type OwnImage = Extract<HistoryImage, { origin: 'reprise' }>

/** What was made here, the latest first: at most a page. */
export async function imagesMade({ client }: ServedStudio): Promise<OwnImage[]> {
  const { images } = await client.history.page({})
  return images.filter((image): image is OwnImage => image.origin === 'reprise')
}
