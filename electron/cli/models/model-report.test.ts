import { expect, test } from 'vitest'
import type { ModelReport } from '#engine/checkpoints/model-report.ts'
import { formatModelReport } from './model-report.ts'

const report: ModelReport = {
  name: 'name\u001b[2J',
  architecture: 'Stable Diffusion 1.x',
  pipeline: 'StableDiffusionPipeline',
  components: [
    {
      name: 'unet',
      className: 'X'.repeat(1_000),
      parameterCount: 859_520_964,
      dtypes: { F16: { tensors: 686, sizeBytes: 1_719_041_928 } },
      sizeBytes: 1_719_041_928,
      files: ['a-00001-of-00002.safetensors', 'a-00002-of-00002.safetensors'],
    },
  ],
  widthPx: 512,
  heightPx: 512,
  predictionType: 'epsilon',
  predictionSource: 'config',
  scheduler: 'PNDMScheduler',
  defaults: { numInferenceSteps: 20, guidanceScale: 5 },
  requestDefaults: null,
  sizeMultiplePx: 8,
  takesPrompt: true,
  memory: null,
  hash: null,
  problems: [{ code: 'tensor-missing', message: 'unet: a\nb' }],
}

test('is a table of what people ask for', () => {
  const text = formatModelReport(report)
  expect(text).toMatch(/unet .* 859\.5 M +F16 +1\.72 GB +2 files/)
  expect(text).toContain('defaults      numInferenceSteps 20, guidanceScale 5')
  expect(text).toMatch(/Missing or wrong:\n {2}unet: a b \(tensor-missing\)\n$/)
})

test('what comes out of a hostile file is short, and only shown', () => {
  const text = formatModelReport(report)
  expect(text).not.toContain('\u001b')
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(200)
})
