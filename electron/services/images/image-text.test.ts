/** Reads back what is written, with the expressions that other programs read it with. */
import { describe, expect, test } from 'vitest'
import { ImageSettingsSchema, type ImageSettings } from '#shared/generation.ts'
import { VERSION } from '#shared/version.ts'
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

/** As A1111's modules/infotext_utils.py reads: only the last line holds pairs, and only with at least three. */
function readInfotext(text: string): { prompt: string; negative: string; pairs: Record<string, string> } {
  const lines = text.trim().split('\n')
  const last = lines.pop()!
  const found = [...last.matchAll(/\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g)]
  expect(found.length).toBeGreaterThanOrEqual(3)
  const at = lines.findIndex((line) => line.trim().startsWith('Negative prompt:'))
  return {
    prompt: lines.slice(0, at).join('\n'),
    negative: lines.slice(at).join('\n').slice('Negative prompt:'.length).trim(),
    pairs: Object.fromEntries(
      found.map(([, key, value]) => [key, value.startsWith('"') ? (JSON.parse(value) as string) : value]),
    ),
  }
}

describe('parameters', () => {
  test('is what A1111 writes', () => {
    expect(infotext(settings())).toBe(
      'mountains at sunset\nNegative prompt: \nSteps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.5, ' +
        `Seed: 18446744073709551615, Size: 512x768, Model hash: 0123456789, Model: starter, RNG: CPU, Version: Reprise ${VERSION}`,
    )
  })

  test('reads back, whatever is in the prompt and the names', () => {
    const prompt = 'a "castle": moat, (wet:1.2)\nsecond line <lora:x>'
    const text = infotext(
      settings({ prompt, negativePrompt: 'blur,\nnoise', modelName: 'my, "model": v2\\x', strength: 0.6 }),
    )
    const read = readInfotext(text)
    expect(read.prompt).toBe(prompt)
    expect(read.negative).toBe('blur,\nnoise')
    expect(read.pairs).toMatchObject({ Steps: '20', Model: 'my, "model": v2\\x', 'Denoising strength': '0.6' })
  })

  test('satisfies the strict readers', () => {
    const text = infotext(settings())
    expect(text).toContain('\nNegative prompt:')
    expect(text).toContain('\nSteps:')
    expect(text.split('\n').at(-1)).toMatch(/^Steps:/)
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
