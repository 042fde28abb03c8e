import { expect, test } from 'vitest'
import { planGrid, readSeedList, type PlanInput } from './plan.ts'

const input: PlanInput = {
  rows: [
    { id: 1, prompt: 'a {b|c}' },
    { id: 2, prompt: 'd', seed: '18446744073709551614', count: 3, negative: 'e' },
    { id: 3, prompt: '  ' },
  ],
  negative: 'n',
  imagesPerPrompt: 2,
  seedPolicy: 'random',
  firstSeed: '7',
  seedList: '',
  drawnSeeds: ['11', '12', '13', '14'],
}

const seeds = (given: Partial<PlanInput>): string[][] =>
  planGrid({ ...input, ...given }).map(({ lines }) => lines.flatMap(({ images }) => images.map(({ seed }) => seed)))

test('every way to read a prompt gets the seeds of the columns', () => {
  const [first, second, third] = planGrid(input)
  expect(first.lines.map(({ prompt }) => prompt)).toEqual(['a b', 'a c'])
  expect(first.lines[1].images.map(({ seed, negativePrompt }) => [seed, negativePrompt])).toEqual([
    ['11', 'n'],
    ['12', 'n'],
  ])
  expect(second.lines[0].images[0].negativePrompt).toBe('e')
  expect(third.lines).toEqual([])
})

test('a row with a seed of its own counts up from it, to the largest there is', () => {
  expect(seeds({})[1]).toEqual(['18446744073709551614', '18446744073709551615'])
})

test('fixed seeds count up; a list says how many there can be', () => {
  expect(seeds({ seedPolicy: 'fixed' })[0]).toEqual(['7', '8', '7', '8'])
  expect(seeds({ seedPolicy: 'list', seedList: '5, 9' })[0]).toEqual(['5', '9', '5', '9'])
  expect(seeds({ seedPolicy: 'list', seedList: '5' })[0]).toEqual(['5', '5'])
  expect(seeds({ seedPolicy: 'fixed', firstSeed: 'x' })[0]).toEqual([])
})

test('lists of seeds are read as people write them', () => {
  expect(readSeedList(' 5,9;\n12 5 -3 99999999999999999999')).toEqual(['5', '9', '12', '3'])
})
