/** The model that comes along: small enough, complete, and it makes a picture without being told anything. */
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { inspectCheckpoint } from '#engine/checkpoints/inspect.ts'
import { runGeneration } from './run-generation.ts'

const STARTER = path.join(import.meta.dirname, '../../build/starter/model')
const MAX_BYTES = 25e6

it('is a complete model of at most 25 MB', async () => {
  const files = readdirSync(STARTER, { recursive: true, encoding: 'utf8' }).map((name) =>
    statSync(path.join(STARTER, name)),
  )
  expect(files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)).toBeLessThanOrEqual(MAX_BYTES)
  expect((await inspectCheckpoint(STARTER)).problems).toEqual([])
})

it('draws night darker than day, with its own defaults', async () => {
  const { images, warnings } = await runGeneration({
    kind: 'text-to-image',
    modelDir: STARTER,
    items: ['the sea at night', 'a field on a sunny day'].map((prompt) => ({ prompt, negativePrompt: '', seed: 7n })),
  })
  expect(warnings).toEqual([])
  const [night, day] = images.map(({ pixels, widthPx, heightPx }) => {
    expect([widthPx, heightPx]).toEqual([128, 128])
    return pixels.reduce((sum, value) => sum + value, 0) / pixels.length
  })
  expect(night).toBeLessThan(100)
  expect(day).toBeGreaterThan(night + 40)
})
