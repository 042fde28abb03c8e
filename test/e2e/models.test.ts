/** The models panel: what is there, folders that are looked through, and downloads that can be interrupted. */
import { cpSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { FileServer } from '../../electron/services/downloads/testing/file-server.ts'
import { eventually, openWindow, serveStudio, test } from './e2e.ts'

const STARTER = join(import.meta.dirname, '../../build/starter/model')

test('models of a folder are listed, and chosen as the default', async () => {
  const studio = await serveStudio()
  const modelDir = join(studio.dataDir, '..', 'models', 'mine')
  cpSync(STARTER, modelDir, { recursive: true })
  writeFileSync(join(modelDir, 'reprise.json'), JSON.stringify({ name: 'A copy of it' }))
  const page = await openWindow(studio, { panel: 'models' })
  await page.getByText('Reprise Starter').first().waitFor()
  await page.getByRole('radio', { name: /^Folders/ }).click()
  await page.getByRole('textbox', { name: 'Folder with models' }).fill(join(studio.dataDir, '..', 'models'))
  await page.getByRole('button', { name: 'Add folder' }).click()
  await page.getByText('1 model in it').waitFor()

  await page.getByRole('radio', { name: /^Models/ }).click()
  await page.getByRole('button', { name: /^A copy of it/ }).click()
  await page.getByText(modelDir).waitFor()
  await page.getByRole('button', { name: /^Make default/ }).click()
  await eventually(async () => (await studio.client.models.list({})).find(({ isDefault }) => isDefault)?.path).toBe(
    modelDir,
  )
})

test('a download is looked up, paused, resumed, and arrives whole', async () => {
  const studio = await serveStudio()
  const server = await new FileServer().listen()
  onTestFinished(() => {
    server.close()
  })
  const bytes = await readFile(join(STARTER, 'unet/diffusion_pytorch_model.safetensors'))
  server.files.set('/tiny.safetensors', bytes)
  // slow enough to be paused in its middle
  server.bytesPerMs = 1_000
  const page = await openWindow(studio, { panel: 'models?tab=downloads' })
  await page.getByRole('textbox', { name: 'Name or address' }).fill(`${server.url}/tiny.safetensors`)
  await page.getByRole('button', { name: 'Look up' }).click()
  await page.getByRole('button', { name: /^Download \d/ }).click()

  const download = page.getByRole('listitem').filter({ hasText: 'tiny.safetensors' })
  await download.getByText(/Downloading · [1-9]/).waitFor()
  await download.getByRole('button', { name: /^Pause/ }).click()
  await download.getByText(/^Paused/).waitFor()
  server.bytesPerMs = 0
  await page.reload()
  await download.getByRole('button', { name: /^Resume/ }).click()
  await download.getByText(/^Done/).waitFor()

  const [{ target, files }] = await studio.client.downloads.list({})
  expect(await readFile(join(target, files[0].path))).toEqual(bytes)
  // it went on where it was
  expect(server.requestsOf('/tiny.safetensors').some(({ range }) => range !== undefined)).toBe(true)
})

test('what cannot be downloaded says why, and the address is still there', async () => {
  const studio = await serveStudio()
  const server = await new FileServer().listen()
  onTestFinished(() => {
    server.close()
  })
  const page = await openWindow(studio, { panel: 'models?tab=downloads' })
  const source = page.getByRole('textbox', { name: 'Name or address' })
  await source.fill(`${server.url}/missing.safetensors`)
  await page.getByRole('button', { name: 'Look up' }).click()
  await page
    .getByText('download-not-found')
    .or(page.getByText(/404|not found/i))
    .first()
    .waitFor()
  expect(await source.inputValue()).toContain('missing.safetensors')
})
