/** What the fixtures do not have: parts of graphs, each for itself. */
import { expect, test } from 'vitest'
import type { ReadSettings } from '#shared/contract/metadata.ts'
import { readComfy } from './comfyui.ts'

type Node = [type: string, inputs: Record<string, unknown>]

const LATENT: Node = ['EmptyLatentImage', { width: 64, height: 64, batch_size: 1 }]
const TEXT: Node = ['CLIPTextEncode', { text: 'a lamp' }]

function read(nodes: Record<string, Node>): ReadSettings {
  const graph = Object.entries(nodes).map(([id, [type, inputs]]) => [id, { class_type: type, inputs }])
  return readComfy(JSON.stringify(Object.fromEntries(graph)))!
}
const names = (settings: ReadSettings): string[] => settings.notUnderstood.map(({ name }) => name)

test('KSamplerAdvanced that does all steps is a sampler like others', () => {
  const all = { add_noise: 'enable', start_at_step: 0, end_at_step: 10_000, return_with_leftover_noise: 'disable' }
  const inputs = { noise_seed: ['4', 0], steps: 20, cfg: 7, latent_image: ['2', 0], positive: ['3', 0], ...all }
  const whole = read({ 1: ['KSamplerAdvanced', inputs], 2: LATENT, 3: TEXT, 4: ['INTConstant', { value: 12 }] })
  expect(whole.fields).toMatchObject({ seed: { fidelity: 'exact', value: 12n }, prompt: { value: 'a lamp' } })
  expect(names(whole)).toEqual([])

  const part = { add_noise: 'disable', start_at_step: 5, end_at_step: 10, return_with_leftover_noise: 'enable' }
  const cut = read({ 1: ['KSamplerAdvanced', { ...inputs, ...part }], 2: LATENT, 3: TEXT })
  expect(names(cut)).toEqual(['start_at_step', 'end_at_step', 'add_noise', 'return_with_leftover_noise'])
  expect(cut.fields.seed).toMatchObject({ fidelity: 'not-understood' })
})

test('of several samplers, the one that an output hangs on', () => {
  const { fields } = read({
    1: ['KSampler', { seed: 1, latent_image: ['3', 0] }],
    2: ['KSampler', { seed: 2, latent_image: ['3', 0] }],
    3: LATENT,
    4: ['VAEDecode', { samples: ['2', 0] }],
    5: ['SaveImage', { images: ['4', 0] }],
  })
  expect(fields.seed).toEqual({ fidelity: 'exact', value: 2n })
})

test('a text past many bends and nodes that add to it', () => {
  const bends = Object.fromEntries(
    Array.from({ length: 50 }, (_, at): [number, Node] => [
      100 + at,
      ['Reroute', { '': [`${at < 49 ? 101 + at : 3}`, 0] }],
    ]),
  )
  const found = read({
    1: ['KSampler', { seed: 1, positive: ['2', 0], negative: ['9', 0] }],
    2: ['ConditioningSetTimestepRange', { conditioning: ['100', 0], start: 0.5 }],
    3: ['CLIPTextEncode', { text: ['4', 0], clip: ['5', 0] }],
    4: ['PrimitiveStringMultiline', { value: 'words' }],
    9: ['CLIPTextEncodeSDXL', { text_g: 'a', text_l: 'b' }],
    ...bends,
  })
  expect(found.fields.prompt).toEqual({
    fidelity: 'mapped',
    value: 'words',
    note: 'the node ConditioningSetTimestepRange changes what the prompt does',
  })
  expect(found.fields.negativePrompt).toMatchObject({ fidelity: 'not-understood', value: 'CLIPTextEncodeSDXL "9"' })
  expect(names(found)).toEqual(['ConditioningSetTimestepRange'])
})

test('spacing that a scheduler does not know here is not understood', () => {
  const spaced = (sampler_name: string, scheduler: string) =>
    read({ 1: ['KSampler', { seed: 1, sampler_name, scheduler }] }).fields.sigmas?.fidelity
  expect(spaced('euler', 'karras')).toBe('mapped')
  expect(spaced('euler_ancestral', 'karras')).toBe('not-understood')
  expect(spaced('ddim', 'normal')).toBe('mapped')
  expect(spaced('euler', 'sgm_uniform')).toBe('not-understood')
})

test.each<[string, Record<string, unknown>, fidelity: string, value?: string]>([
  // nodes that change what goes through them, whatever their inputs are called
  ['Text Find and Replace', { text: 'a dog', find: 'dog', replace: 'cat' }, 'not-understood'],
  ['Text to Lower', { text: 'A CAT' }, 'not-understood'],
  ['StringConcatenate', { string: 'a', string_b: 'b' }, 'not-understood'],
  ['Text Random Line', { multiline_text: 'a', seed: 1, text: 'b' }, 'not-understood'],
  // nodes that nobody knows may
  ['MyOwnPromptNode', { text: 'a cat' }, 'mapped', 'a cat'],
  // nodes that hold what was written
  ['PrimitiveStringMultiline', { value: 'a cat' }, 'exact', 'a cat'],
  ['Text Multiline', { text: 'a cat' }, 'exact', 'a cat'],
  ['StringConstantMultiline', { string: 'a cat', strip_newlines: false }, 'exact', 'a cat'],
  ['String Literal', { string: 'a cat' }, 'exact', 'a cat'],
  // nodes that show: what was shown is what was run
  ['ShowText|pysssss', { text: ['9', 0], text_0: 'a cat' }, 'exact', 'a cat'],
  ['ShowText|pysssss', { text: ['8', 0] }, 'exact', 'a bird'],
  ['PreviewAny', { source: ['8', 0] }, 'exact', 'a bird'],
])('a text out of %s %j is %s', (type, inputs, fidelity, value) => {
  const { prompt } = read({
    1: ['KSampler', { seed: 1, positive: ['2', 0] }],
    2: ['CLIPTextEncode', { text: ['3', 0] }],
    3: [type, inputs],
    8: ['PrimitiveString', { value: 'a bird' }],
    9: ['DPRandomGenerator', { text: 'a {dog|cat}' }],
  }).fields
  expect(prompt).toMatchObject({ fidelity, ...(value !== undefined && { value }) })
})

test('a number that a node computes, or may, is not exact', () => {
  const steps = (type: string, inputs: Record<string, unknown>) =>
    read({ 1: ['KSampler', { seed: 1, steps: ['3', 0] }], 3: [type, inputs] }).fields.numInferenceSteps?.fidelity
  expect(steps('PrimitiveInt', { value: 20 })).toBe('exact')
  expect(steps('MathExpression|pysssss', { expression: 'a * 2', value: 10 })).toBe('not-understood')
  expect(steps('SomethingElse', { value: 10 })).toBe('mapped')
})
