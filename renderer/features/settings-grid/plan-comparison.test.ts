import { expect, test } from 'vitest'
import { groupJobs } from '#renderer/features/batch/group-jobs.ts'
import type { Making } from './axes.ts'
import { planComparison, type Axis } from './plan-comparison.ts'

const base: Making = {
  prompt: 'a cat in a garden',
  negativePrompt: '',
  seed: '7',
  modelId: 1,
  settings: { numInferenceSteps: 20 },
}
const models = [
  { id: 1, name: 'one' },
  { id: 2, name: 'two' },
]
const plan = (axes: [Axis['setting'], string][], changes: Partial<Making> = {}) =>
  planComparison(
    { ...base, ...changes },
    axes.map(([setting, text]) => ({ setting, text })),
    models,
  )

test('one image for each combination, with everything else equal', () => {
  const { columns, sheets, imageCount } = plan([
    ['steps', '5, 10'],
    ['scheduler', 'ddim, euler'],
    ['guidance', '3, 7.5'],
  ])
  expect([columns, imageCount]).toEqual([['5', '10'], 8])
  expect(sheets.map(({ label, rows }) => [label, rows.map((row) => row.label)])).toEqual([
    ['3', ['ddim', 'euler']],
    ['7.5', ['ddim', 'euler']],
  ])
  expect(sheets[1].rows[0].images[1]).toMatchObject({
    prompt: 'a cat in a garden',
    seed: '7',
    settings: { numInferenceSteps: 10, scheduler: 'ddim', guidanceScale: 7.5 },
  })
})

test('an axis can be left out', () => {
  const { sheets } = plan([
    [undefined, ''],
    ['seed', '1-3'],
    [undefined, 'left'],
  ])
  expect(sheets).toHaveLength(1)
  expect(sheets[0].rows.map(({ images }) => images.map(({ seed }) => seed))).toEqual([['1'], ['2'], ['3']])
})

test('parts of the prompt are exchanged, on two axes at once', () => {
  const { sheets } = plan([
    ['prompt-part', 'cat, dog'],
    ['prompt-part', 'garden, "wood, dark"'],
  ])
  expect(sheets[0].rows.flatMap(({ images }) => images.map(({ prompt }) => prompt))).toEqual([
    'a cat in a garden',
    'a dog in a garden',
    'a cat in a wood, dark',
    'a dog in a wood, dark',
  ])
  expect(plan([['prompt-part', 'bird, dog']]).axisProblems).toEqual([{ kind: 'not-in-prompt', found: 'bird' }])
  expect(plan([['prompt-part', 'cat, $&']]).sheets[0].rows[0].images[1].prompt).toBe('a $& in a garden')
})

test('a job for each set of settings, those of one model together; seeds and prompts share one', () => {
  const jobsOf = (axes: [Axis['setting'], string][]) =>
    groupJobs(plan(axes).sheets.flatMap(({ rows }) => rows.flatMap(({ images }) => images)))
  expect(
    jobsOf([
      ['seed', '1-4'],
      ['prompt-part', 'cat, dog'],
    ]).map(({ images }) => images.length),
  ).toEqual([8])
  const jobs = jobsOf([
    ['model', '1, 2'],
    ['steps', '5, 10'],
  ])
  expect(jobs.map(({ images: [{ modelId, settings }] }) => [modelId, settings.numInferenceSteps])).toEqual([
    [1, 5],
    [1, 10],
    [2, 5],
    [2, 10],
  ])
})

test.each<[string, [Axis['setting'], string][], Partial<Making>]>([
  ['no-axis', [[undefined, '']], {}],
  [
    'same-setting',
    [
      ['steps', '1'],
      ['steps', '2'],
    ],
    {},
  ],
  ['no-prompt', [['steps', '1']], { prompt: ' ' }],
  ['bad-seed', [['steps', '1']], { seed: 'x' }],
  ['several-prompts', [['steps', '1']], { prompt: 'a {b|c}' }],
  ['several-prompts', [['prompt-part', 'cat, {b|c}']], {}],
  [
    'too-many',
    [
      ['steps', '1-101'],
      ['guidance', '1-10'],
    ],
    {},
  ],
])('%s', (problem, axes, changes) => {
  expect(plan(axes, changes)).toMatchObject({ problem, sheets: [] })
})

test('a seed on an axis needs none beside it; values that are wrong are told of their axis', () => {
  expect(plan([['seed', '1, 2']], { seed: '' }).sheets).toHaveLength(1)
  const { axisProblems, problem, sheets } = plan([
    ['steps', '5'],
    ['guidance', 'x'],
  ])
  expect([axisProblems, problem, sheets]).toEqual([[undefined, { kind: 'bad-value', found: 'x' }], undefined, []])
})
