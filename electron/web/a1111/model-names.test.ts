import { expect, test } from 'vitest'
import { NO_FACTS } from '#shared/model-summary.ts'
import { findModel, namedModels } from './model-names.ts'

const model = { ...NO_FACTS, architecture: 'sd', sizeBytes: 1, seenAtMs: 1, problem: null, isDefault: false }
const models = namedModels([
  { ...model, id: 1, name: 'Starter', path: '/models/tiny-house', hash: '' },
  { ...model, id: 2, name: 'dream', path: '/models/dream-8', hash: 'ab'.repeat(32) },
  { ...model, id: 3, name: 'broken', path: '/models/broken', hash: '', problem: 'gone from /models' },
])

test('titles as A1111 writes them, folders by name only, and none that cannot be used', () => {
  expect(models.map(({ title, filename }) => [title, filename])).toEqual([
    ['Starter', 'tiny-house'],
    ['dream [ababababab]', 'dream-8'],
  ])
})

test.each([
  ['dream [ababababab]', 2],
  ['Dream.safetensors', 2],
  ['dream [0123456789]', 2],
  ['ababababab', 2],
  ['tiny-house', 1],
  ['starter', 1],
  ['broken', undefined],
  ['', undefined],
  ['[ab]', undefined],
])('%s', (text, id) => {
  expect(findModel(models, text)?.id).toBe(id)
})
