import { expect, test } from 'vitest'
import type { ReadView } from '#shared/contract/metadata.ts'
import { madeWith, madeWithOf } from './made-with.ts'

const view = (fields: ReadView['fields'], more: Partial<ReadView> = {}): ReadView => ({
  source: 'a1111',
  fields,
  notUnderstood: [],
  raw: '',
  leftOut: [],
  ...more,
})

test('prompt, negative prompt and seed; what is only nearly the same counts, too', () => {
  const fields: ReadView['fields'] = {
    prompt: { fidelity: 'mapped', value: 'a (barn:1.2)', note: 'weights are not used' },
    negativePrompt: { fidelity: 'exact', value: 'rain' },
    seed: { fidelity: 'exact', value: 2n ** 64n - 1n },
  }
  expect(madeWith(view(fields))).toEqual({
    prompt: 'a (barn:1.2)',
    negativePrompt: 'rain',
    seed: '18446744073709551615',
    notUnderstood: [],
  })
})

test('what is not understood is named once, and not used', () => {
  const fields: ReadView['fields'] = {
    prompt: { fidelity: 'exact', value: 'a barn' },
    seed: { fidelity: 'not-understood', value: '-1', note: 'random' },
  }
  const notUnderstood = ['Hires upscale', 'Hires upscale', 'Clip skip'].map((name) => ({ name, value: '2' }))
  expect(madeWith(view(fields, { notUnderstood }))).toEqual({
    prompt: 'a barn',
    negativePrompt: '',
    notUnderstood: ['seed', 'Hires upscale', 'Clip skip'],
  })
})

test('a file without a prompt tells nothing that could be made', () => {
  expect(madeWith(view({ seed: { fidelity: 'exact', value: 7n } }))).toBeUndefined()
  expect(madeWith(view({ prompt: { fidelity: 'exact', value: '  ' } }))).toBeUndefined()
  expect(madeWithOf({ prompt: undefined, negativePrompt: undefined, seed: undefined })).toBeUndefined()
})

test('an image of the history', () => {
  expect(madeWithOf({ prompt: 'a barn', negativePrompt: '', seed: 7n })).toEqual({
    prompt: 'a barn',
    negativePrompt: '',
    seed: '7',
    notUnderstood: [],
  })
})
