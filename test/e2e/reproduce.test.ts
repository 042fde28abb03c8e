/** Reproduce: every pixel the same, or what differs, where, and why. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { eventually, openWindow, serveStudio, test } from './e2e.ts'
import { drawn, makeImages } from './panel-actions.ts'

const STARTER = join(import.meta.dirname, '../../build/starter/model')
const PROMPT = 'mountains at sunset'

async function reproduceFirst(page: Page): Promise<void> {
  await page.getByRole('gridcell', { name: PROMPT }).click()
  await page.getByRole('complementary').getByRole('button', { name: 'Reproduce' }).click()
}

test('the same settings give the same pixels, and the verdict stays with the image', async () => {
  const studio = await serveStudio()
  const [id] = await makeImages(studio, [PROMPT])
  const page = await openWindow(studio, { panel: 'history' })
  await reproduceFirst(page)
  const dialog = page.getByRole('dialog', { name: 'Reproduce' })
  await dialog.getByText('Bit-exact, same pixels').waitFor()
  const { pixelHash, verdicts } = await studio.client.history.get({ id })
  expect(verdicts).toMatchObject([{ outcome: 'bit-exact', pixelHash }])
  await page.keyboard.press('Escape')
  await page.getByRole('complementary').getByText('Bit-exact, same pixels').waitFor()
})

test('a model that changed by one weight, and a newer engine: the difference is shown and explained', async () => {
  const studio = await serveStudio()
  const modelDir = join(studio.dataDir, '..', 'model')
  cpSync(STARTER, modelDir, { recursive: true })
  const configPath = join(modelDir, 'unet/config.json')
  const config = JSON.parse(readFileSync(configPath, 'utf8')) as object
  // a hash of its own, which weights do not change: it is over headers and configs
  writeFileSync(configPath, JSON.stringify({ ...config, _name_or_path: 'mine' }))
  const found = await studio.client.models.addFolder({ path: modelDir })
  const { client } = studio
  const { id: jobId } = await client.jobs.add({
    modelId: found.find(({ path }) => path === modelDir)!.id,
    settings: { numInferenceSteps: 4 },
    items: [{ prompt: PROMPT, seed: 7 }],
  })
  await eventually(async () => (await client.jobs.get({ id: jobId })).state).toBe('done')
  await studio.stop()

  changeOneWeight(join(modelDir, 'unet/diffusion_pytorch_model.safetensors'))
  const db = new Database(join(studio.dataDir, 'reprise.sqlite'))
  db.prepare("UPDATE environments SET engine_version = '0.0.9'").run()
  db.close()
  await studio.start()
  const page = await openWindow(studio, { panel: 'history' })
  await reproduceFirst(page)
  const dialog = page.getByRole('dialog', { name: 'Reproduce' })
  const picture = dialog.getByRole('img', { name: 'What differs' })
  await drawn(picture)
  await dialog.getByText(/engine version "0\.0\.9" then, ".+" now/).waitFor()
  await dialog.getByText('Differing pixels').waitFor()
  await dialog.getByText('Other pixels than recorded').waitFor()
})

/** Of the denoiser, and where the model's hash takes no sample: only then is it still the same model to the studio. */
function changeOneWeight(path: string): void {
  const bytes = readFileSync(path)
  const dataStart = 8 + Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.toString('utf8', 8, dataStart)) as Record<
    string,
    { dtype: string; data_offsets: [number, number] } | undefined
  >
  const quarter = (bytes.length - dataStart) / 4
  const tensor = Object.values(header).find(
    (entry) => entry?.data_offsets !== undefined && entry.data_offsets[0] > quarter,
  )!
  const at = dataStart + tensor.data_offsets[0]
  if (tensor.dtype === 'F32') bytes.writeFloatLE(30, at)
  // 30 in half precision, and about as much in bfloat16
  else bytes.writeUInt16LE(tensor.dtype === 'F16' ? 0x4f80 : 0x41f0, at)
  writeFileSync(path, bytes)
}
