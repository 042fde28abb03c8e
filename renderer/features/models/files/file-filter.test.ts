import { expect, test } from 'vitest'
import type { ModelFileView } from '#shared/contract/model-files.ts'
import { countKinds, filterFiles } from './file-filter.ts'

const file = (changes: Partial<ModelFileView> & { name: string }): ModelFileView => ({
  id: 1,
  path: `/m/${changes.name}.safetensors`,
  kind: 'lora',
  architecture: 'Stable Diffusion 1.x',
  sizeBytes: 1,
  modifiedAtMs: 1,
  seenAtMs: 1,
  state: 'recognised',
  problem: null,
  sha256: null,
  autoV2: null,
  hashState: 'waiting',
  ...changes,
})
const files = [
  file({ name: 'Ink 10', sizeBytes: 5, modifiedAtMs: 3 }),
  file({ name: 'ink 9', sizeBytes: 9, modifiedAtMs: 1, sha256: 'ab12cd'.padEnd(64, '0') }),
  file({ name: 'clear', kind: 'vae', architecture: 'Flux.1', sizeBytes: 7, modifiedAtMs: 2, path: '/m/VAE/x.pt' }),
]
const names = (...filter: [words: string, kind?: 'lora' | 'vae', order?: 'newest' | 'largest']): string[] =>
  filterFiles(files, { words: filter[0], kind: filter[1], order: filter[2] ?? 'name' }).map(({ name }) => name)

test('all words, in any of name, path, architecture and hash', () => {
  expect(names('')).toEqual(['clear', 'ink 9', 'Ink 10'])
  expect(names(' INK  1.x ')).toEqual(['ink 9', 'Ink 10'])
  expect(names('vae flux')).toEqual(['clear'])
  expect(names('ab12')).toEqual(['ink 9'])
  expect(names('ink flux')).toEqual([])
})

test('of one kind, in other orders', () => {
  expect(names('', 'vae')).toEqual(['clear'])
  expect(names('', undefined, 'newest')).toEqual(['Ink 10', 'clear', 'ink 9'])
  expect(names('', 'lora', 'largest')).toEqual(['ink 9', 'Ink 10'])
})

test('kinds that there are', () => {
  expect(countKinds(files)).toEqual([
    ['lora', 2],
    ['vae', 1],
  ])
})
