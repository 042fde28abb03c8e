/** Reads back what is written, by the rules that other programs read it with. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ImageSettingsSchema, type ImageSettings } from '#shared/generation.ts'
import { VERSION } from '#shared/version.ts'
import {
  a1111Reads,
  comfyReads,
  firstStepsReads,
  stabilityMatrixReads,
  swarmReads,
} from '../metadata/testing/infotext-readers.ts'
import { imageText } from './image-text.ts'
import { infotext } from './infotext.ts'

const settings = (changes: Partial<ImageSettings> = {}): ImageSettings => ({
  kind: 'text-to-image',
  prompt: 'mountains at sunset',
  negativePrompt: '',
  seed: 2n ** 64n - 1n,
  numInferenceSteps: 20,
  guidanceScale: 7.5,
  widthPx: 512,
  heightPx: 768,
  scheduler: 'dpmpp_2m',
  sigmas: 'karras',
  modelName: 'starter',
  modelHash: '0123456789abcdef'.repeat(4),
  precision: 'float32',
  provider: 'cpu',
  engineVersion: '1',
  runtimeVersion: '1',
  ...changes,
})

describe('parameters', () => {
  test('is what A1111 writes', () => {
    expect(infotext(settings())).toBe(
      'mountains at sunset\nNegative prompt: \nSteps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.5, ' +
        `Seed: 18446744073709551615, Size: 512x768, Model hash: 0123456789, Model: starter, RNG: CPU, Version: Reprise ${VERSION}`,
    )
  })

  test('reads back, names with commas and quotes too', () => {
    const names = { modelName: 'my, "model": v2\\x', strength: 0.6 }
    const { pairs } = a1111Reads(infotext(settings(names)))
    expect(pairs).toMatchObject({ Steps: '20', Model: names.modelName, 'Denoising strength': '0.6' })
    expect(a1111Reads(infotext(settings({ modelName: '"v1"' }))).pairs.Model).toBe('"v1"')
  })

  // what a schedule is called there, not what it is called here
  test.each([
    ['dpmpp_2m', 'default', 'Uniform'],
    ['dpmpp_2m', 'karras', 'Karras'],
    ['euler', 'default', 'Automatic'],
  ] as const)('the schedule of %s, %s, is %s', (scheduler, sigmas, name) => {
    expect(a1111Reads(infotext(settings({ scheduler, sigmas }))).pairs['Schedule type']).toBe(name)
  })
})

describe('prompts that look like settings', () => {
  const texts = [
    'a "castle": moat, (wet:1.2) <lora:x:1>',
    'one line\nand another',
    'one\r\nanother\rand a third',
    'Steps: 20, Sampler: Euler, Seed: 1',
    'first\nSteps: 99, Sampler: DDIM, CFG scale: 1, Seed: 3\nlast',
    'first\nNegative prompt: none\nlast',
    'Negative prompt: at the start',
    'steps: 5, sampler: x, seed: 1, size: 8x8',
    'a\u2028Steps: 5, Sampler: x\vnegative prompt: b\x85Steps:7',
    'the Steps: 12 of a church',
    'in the middle Negative prompt: of a line',
    '{"sui_image_params": {}}',
    'ein Häuschen, 小さな家 🏠',
    'trailing commas,,,\n\n\n',
  ]
  const prompts = fc.oneof(
    fc.constantFrom(...texts),
    fc.array(fc.constantFrom(...texts)).map((some) => some.join('\n')),
  )
  /** Blanks are all alike to a model, and readers drop some of them. */
  const words = (text: string): string =>
    text
      .replace(/steps(?=:)/gi, '$& ')
      .split(/[\s\p{Cc}]+/u)
      .filter(Boolean)
      .join(' ')

  const readers = { a1111Reads, comfyReads, firstStepsReads, stabilityMatrixReads, swarmReads }
  test.each(Object.entries(readers))('%s: every word and every setting', (name, reads) => {
    fc.assert(
      fc.property(prompts, prompts, (prompt, negativePrompt) => {
        // with nothing before it SwarmUI does not see the mark
        fc.pre(name !== 'swarmReads' || prompt.trim() !== '')
        const text = infotext(settings({ prompt, negativePrompt }))
        const read = reads(text)!
        expect(words(read.prompt)).toBe(words(prompt))
        expect(words(read.negative)).toBe(words(negativePrompt))
        const pairs = Object.fromEntries(Object.entries(read.pairs).map(([key, value]) => [key.toLowerCase(), value]))
        expect(pairs).toMatchObject({
          steps: '20',
          sampler: 'DPM++ 2M',
          'cfg scale': '7.5',
          seed: '18446744073709551615',
          size: '512x768',
          model: 'starter',
        })
      }),
    )
  })

  test('SwarmUI reads the settings if there is no prompt at all', () => {
    expect(swarmReads(infotext(settings({ prompt: '' }))).pairs).toMatchObject({ Steps: '20', Size: '512x768' })
  })
})

test('reprise holds all settings, the seed as an exact integer', () => {
  const [, [keyword, json]] = imageText(settings({ strength: 0.5 })) as [unknown, [string, string]]
  expect(keyword).toBe('reprise')
  expect(json).toContain('"seed":18446744073709551615,')
  const read: unknown = JSON.parse(json, (key, value: unknown, context?: { source?: string }) =>
    key === 'seed' ? BigInt(context!.source!) : value,
  )
  expect(ImageSettingsSchema.parse(read)).toEqual(settings({ strength: 0.5 }))
})
