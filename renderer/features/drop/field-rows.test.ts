// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import type { ReadView } from '#shared/contract/metadata.ts'
import { fieldRows, leftOutRows, programOf } from './field-rows.ts'
import { isInfotext, looksLikeSettings } from './looks-like-settings.ts'

const READ: ReadView = {
  source: 'comfyui',
  fields: {
    seed: { fidelity: 'exact', value: 42n },
    prompt: { fidelity: 'exact', value: 'a fox' },
    scheduler: { fidelity: 'mapped', value: 'euler_a', note: 'it was "euler_ancestral_cfg_pp"' },
    strength: { fidelity: 'exact', value: 0.5 },
    sigmas: { fidelity: 'not-understood', value: 'beta', note: 'there is no such schedule here' },
  },
  notUnderstood: [{ name: 'hires_upscaler', value: 'R-ESRGAN' }],
  raw: '',
  leftOut: [
    { name: 'strength', value: '0.5', reason: 'its picture is not here' },
    { name: 'sigmas', value: 'beta', reason: 'there is no such schedule here' },
    { name: 'hires_upscaler', value: 'R-ESRGAN', reason: 'there is nothing like it here' },
  ],
}

test('what is used, each with how far it can be trusted; what is left out is not among it', () => {
  expect(fieldRows(READ).map(({ name, value, isExact, note }) => [name, value, isExact, note])).toEqual([
    ['prompt', 'a fox', true, undefined],
    ['seed', '42', true, undefined],
    ['scheduler', 'euler_a', false, 'it was "euler_ancestral_cfg_pp"'],
  ])
})

test('what is left out has its name here if it has one, else that of the file', () => {
  expect(leftOutRows(READ).map(({ label, reason }) => [label, reason])).toEqual([
    ['Strength', 'its picture is not here'],
    ['Noise schedule', 'there is no such schedule here'],
    ['hires_upscaler', 'there is nothing like it here'],
  ])
})

test('the program as it names itself, or as it is known', () => {
  expect(programOf(READ)).toBe('ComfyUI')
  expect(programOf({ ...READ, program: 'ComfyUI 0.9' })).toBe('ComfyUI 0.9')
  expect(programOf({ ...READ, program: 'v1.10.1' })).toBe('ComfyUI v1.10.1')
  expect(programOf({ ...READ, source: 'unknown' })).toBeUndefined()
})

test.each([
  ['a fox, red\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1', true, true],
  ['{"prompt": "a fox"}', false, true],
  ['three steps: 20 metres each', false, false],
  ['a {red|blue} fox', false, false],
])('%j: surely %s, perhaps %s', (text, isSure, isPossible) => {
  expect([isInfotext(text), looksLikeSettings(text)]).toEqual([isSure, isPossible])
})
