import { expect, test } from 'vitest'
import { MAX_IMAGES } from '#shared/batch.ts'
import { differentImages } from './items-by-image.ts'
import { gridLines } from './grid-lines.ts'
import { groupJobs, newJobOf } from './group-jobs.ts'
import { GridPlanner, readSeedList, type PlanInput, type PlannedImage, type PlannedRow } from './plan.ts'

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
  modelId: 1,
  settings: { numInferenceSteps: 20 },
  wildcards: { animal: ['cat', 'dog'] },
}

const plan = (given: Partial<PlanInput> = {}): PlannedRow[] => new GridPlanner().plan({ ...input, ...given })
const imagesOf = (rows: readonly PlannedRow[]): PlannedImage[] =>
  rows.flatMap(({ lines }) => lines.flatMap(({ images }) => images))
const seeds = (given: Partial<PlanInput>): string[][] =>
  plan(given).map((row) => imagesOf([row]).map(({ seed }) => seed))

test('every way to read a prompt gets the seeds of the columns', () => {
  const [first, second, third] = plan()
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

test('seeds that count up go on from row to row; rows with seeds of their own have their places', () => {
  const rows = [
    { id: 1, prompt: '{a|b}' },
    { id: 2, prompt: 'c', seed: '3', count: 1 },
    { id: 3, prompt: 'd' },
  ]
  expect(seeds({ rows, seedPolicy: 'increment' })).toEqual([['7', '8', '9', '10'], ['3'], ['12', '13']])
})

test('lists of seeds are read as people write them', () => {
  expect(readSeedList(' 5,9;\n12 5 -3 99999999999999999999')).toEqual(['5', '9', '12', '3'])
})

test('rows say why they stand for nothing', () => {
  const rows = ['__animal__', '__fish__', 'a'].map((prompt, index) => ({ id: index + 1, prompt }))
  const [first, second, third] = plan({ rows: [...rows.slice(0, 2), { ...rows[2], seed: 'x' }] })
  expect(first.lines.map(({ prompt }) => prompt)).toEqual(['cat', 'dog'])
  expect(second).toMatchObject({ lines: [], problem: { kind: 'list-missing', list: 'fish' } })
  expect(third).toMatchObject({ lines: [], problem: { kind: 'bad-seed' } })
})

test('what was not changed is not planned again', () => {
  const planner = new GridPlanner()
  const before = planner.plan(input)
  const rows = input.rows.with(1, { id: 2, prompt: 'new', count: 3 })
  const after = planner.plan({ ...input, rows })
  expect([after[0] === before[0], after[1] === before[1], after[2] === before[2]]).toEqual([true, false, true])
  expect(planner.plan({ ...input, rows, negative: 'other' })[0]).not.toBe(before[0])
  expect(planner.plan({ ...input, rows, imagesPerPrompt: 1 })[0].lines[0].images).toHaveLength(1)
})

test('there are no more images than a job takes', () => {
  const rows = Array.from({ length: 300 }, (_, id) => ({ id, prompt: '{a|b}'.repeat(9), count: 1 }))
  const planned = plan({ rows })
  expect(imagesOf(planned).length).toBeLessThanOrEqual(MAX_IMAGES)
  expect(planned.at(-1)?.problem).toEqual({ kind: 'too-many' })
})

test('lines of the grid: one for each prompt, and one for a row without', () => {
  const lines = gridLines(input.rows, plan())
  expect(lines.map(({ key, line }) => [key, line?.prompt])).toEqual([
    ['1:0', 'a b'],
    ['1:1', 'a c'],
    ['2:0', 'd'],
    ['3:0', undefined],
  ])
})

test('images with equal settings make one job, in their order; a model is loaded once', () => {
  const rows = [
    { id: 1, prompt: 'a' },
    { id: 2, prompt: 'b', settings: { numInferenceSteps: 5 } },
    { id: 3, prompt: 'c', settings: { numInferenceSteps: 20 } },
    { id: 4, prompt: 'd', settings: { widthPx: 64, heightPx: 64 } },
  ]
  const images = imagesOf(plan({ rows, imagesPerPrompt: 1 }))
  const jobs = groupJobs(images).map(newJobOf)
  expect(jobs.map(({ settings, items }) => [settings, items.map(({ prompt }) => prompt)])).toEqual([
    [{ numInferenceSteps: 20 }, ['a', 'c']],
    [{ numInferenceSteps: 5 }, ['b']],
    [{ numInferenceSteps: 20, widthPx: 64, heightPx: 64 }, ['d']],
  ])
  expect(jobs[0].modelId).toBe(1)
  const others = imagesOf(plan({ rows, imagesPerPrompt: 1, modelId: 2 }))
  const mixed = groupJobs([images[0], others[0], images[1], others[1]])
  expect(mixed.map(({ images: [{ modelId }] }) => modelId)).toEqual([1, 1, 2, 2])
})

test('an image that stands twice in the grid is made once', () => {
  const rows = [
    { id: 1, prompt: '{a|a}' },
    { id: 2, prompt: 'a' },
  ]
  expect(differentImages(imagesOf(plan({ rows })))).toHaveLength(2)
})
