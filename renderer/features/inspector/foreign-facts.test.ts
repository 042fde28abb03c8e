import { expect, test } from 'vitest'
import type { ForeignDetail, OwnDetail } from '#shared/contract/history.ts'
import { settingsRows } from '#renderer/features/compare/settings-rows.ts'
import { foreignFacts } from './foreign-facts.ts'

const image: ForeignDetail = {
  ...{ id: 1, origin: 'comfyui', createdAtMs: 1, pixelHash: 'a'.repeat(64), fileSizeBytes: 9 },
  ...{ favourite: false, rating: 0, isMissing: false, widthPx: 64, heightPx: 32, seed: 7n, scheduler: 'euler' },
  ...{ tags: [], collections: [], verdicts: [] },
  read: {
    source: 'comfyui',
    fields: {
      seed: { fidelity: 'exact', value: 7n },
      scheduler: { fidelity: 'mapped', value: 'euler', note: 'nearly' },
      numInferenceSteps: { fidelity: 'not-understood', value: 'many', note: 'it is no such number' },
    },
    notUnderstood: [],
    raw: '{}',
    leftOut: [],
  },
}

test('what is expected and not known has a line without a value, never a zero', () => {
  expect(foreignFacts(image).map(({ name, value, isExact, note }) => [name, value, isExact, note])).toEqual([
    ['seed', '7', true, undefined],
    ['numInferenceSteps', undefined, false, undefined],
    ['guidanceScale', undefined, false, undefined],
    ['scheduler', 'euler', false, 'nearly'],
    ['modelName', undefined, false, undefined],
  ])
})

test('beside one of ours, what is not known differs from what is', () => {
  const own: OwnDetail = {
    ...image,
    ...{ origin: 'reprise', kind: 'text-to-image', prompt: 'a boat', negativePrompt: '', seed: 7n },
    ...{ numInferenceSteps: 20, guidanceScale: 7, scheduler: 'euler', sigmas: 'default', modelName: 'starter' },
    ...{ modelHash: 'b'.repeat(64), provider: 'cpu', engineVersion: '1', runtimeVersion: '1' },
    ...{ threadCount: 1, durationMs: 1 },
    precision: 'float32',
  }
  const rows = new Map(
    settingsRows([own, image]).map(({ name, values, isDifferent }) => [name, { values, isDifferent }]),
  )
  expect(rows.get('Seed')).toEqual({ values: ['7', '7'], isDifferent: false })
  expect(rows.get('Sampler')).toEqual({ values: ['euler', 'euler'], isDifferent: false })
  expect(rows.get('Prompt')).toEqual({ values: ['a boat', 'Not known'], isDifferent: true })
  expect(rows.get('Made with')?.values).toEqual(['Reprise 1 · 1 · cpu', 'ComfyUI'])
})
