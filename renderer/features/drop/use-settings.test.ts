// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import type { NewJob } from '#shared/contract/jobs.ts'
import type { ReadView } from '#shared/contract/metadata.ts'
import { BatchDraft } from '#renderer/state/batch-draft.svelte.ts'
import { GenerationDraft } from '#renderer/state/generation-draft.svelte.ts'
import { ImageToImageDraft } from '#renderer/state/image-to-image-draft.svelte.ts'
import { Route } from '#renderer/state/route.svelte.ts'
import { useSettings } from './use-settings.ts'

type Item = NewJob['items'][number]

function read(item: Partial<Item>, settings: NewJob['settings'] = {}, fields: ReadView['fields'] = {}): ReadView {
  const job = { settings, items: [{ prompt: 'a fox', negativePrompt: '', ...item }], front: false, modelId: 3 }
  return { source: 'a1111', fields, notUnderstood: [], raw: '', leftOut: [], job }
}

let forms: {
  batch: BatchDraft
  generation: GenerationDraft
  imageToImage: ImageToImageDraft
  route: Route
}

beforeEach(() => {
  localStorage.clear()
  history.replaceState(null, '', '#/history')
  forms = {
    batch: new BatchDraft(),
    generation: new GenerationDraft(),
    imageToImage: new ImageToImageDraft(() => Promise.reject(new Error('not asked'))),
    route: new Route(),
  }
  forms.generation.change({ guidanceScale: 9, scheduler: 'ddim' })
  forms.batch.addRows(['a hen'])
})

const lastRow = () => forms.batch.rows.at(-1)

test('one picture: its row with its seed, its settings for all panels; the rest stays', () => {
  const undo = useSettings(forms, 'batch', [
    read({ seed: 42n, negativePrompt: 'blurry' }, { numInferenceSteps: 30, widthPx: 640, scheduler: 'euler_a' }),
  ])
  expect(lastRow()).toMatchObject({ prompt: 'a fox', seed: '42', count: 1, negative: 'blurry' })
  expect(lastRow()?.settings).toBeUndefined()
  expect(forms.generation.settings).toEqual({
    guidanceScale: 9,
    scheduler: 'euler_a',
    numInferenceSteps: 30,
    widthPx: 640,
  })
  expect([forms.generation.modelId, forms.route.panel]).toEqual([3, 'batch'])

  undo()
  expect(lastRow()?.prompt).toBe('a hen')
  expect(forms.generation.settings).toEqual({ guidanceScale: 9, scheduler: 'ddim' })
  expect(forms.generation.modelId).toBeUndefined()
})

test('several: a row each, with its own numbers where it has some', () => {
  useSettings(forms, 'batch', [
    read({ seed: 1n }, { numInferenceSteps: 30 }),
    read({ prompt: 'an owl' }, { numInferenceSteps: 8, widthPx: 64, heightPx: 64 }),
  ])
  const [fox, owl] = forms.batch.rows.slice(-2)
  expect(fox).toMatchObject({ prompt: 'a fox', seed: '1', settings: { numInferenceSteps: 30 } })
  expect(owl).toMatchObject({ prompt: 'an owl', settings: { numInferenceSteps: 8, widthPx: 64, heightPx: 64 } })
  // no seed in it: drawn as for any other row
  expect(owl.seed).toBeUndefined()
})

test('a prompt that was made is no template', () => {
  useSettings(forms, 'batch', [read({ prompt: '{masterpiece|best}, a fox', seed: 1n })])
  expect(lastRow()?.prompt).toBe('\\{masterpiece\\|best\\}, a fox')
})

test('image to image: its form, with the strength that a job without a picture leaves out', () => {
  const { form } = forms.imageToImage
  form.prompt = 'a harbour'
  const undo = useSettings(forms, 'image-to-image', [
    read(
      { seed: 7n, negativePrompt: 'people' },
      { widthPx: 64, heightPx: 64 },
      {
        strength: { fidelity: 'exact', value: 0.4 },
        resizeMode: { fidelity: 'mapped', value: 'fill', note: 'it was "resize and fill"' },
      },
    ),
  ])
  expect(forms.imageToImage.form).toMatchObject({
    prompt: 'a fox',
    negativePrompt: 'people',
    seed: '7',
    strength: 0.4,
    resizeMode: 'fill',
    sizeFrom: 'chosen',
  })
  expect(forms.route.panel).toBe('image-to-image')
  undo()
  expect(forms.imageToImage.form).toMatchObject({ prompt: 'a harbour', strength: 0.8, sizeFrom: 'picture' })
})

test('a strength that is none is left alone', () => {
  useSettings(forms, 'image-to-image', [read({}, {}, { strength: { fidelity: 'exact', value: 0 } })])
  expect(forms.imageToImage.form.strength).toBe(0.8)
})
