// @vitest-environment happy-dom
import { flushSync } from 'svelte'
import { beforeEach, expect, test, vi } from 'vitest'
import { expandPrompt } from '#renderer/features/batch/prompt/expand-prompt.ts'
import { BatchDraft } from './batch-draft.svelte.ts'

beforeEach(() => {
  localStorage.clear()
})

/** As after a reload of the page. */
function reload(): BatchDraft {
  flushSync()
  dispatchEvent(new Event('pagehide'))
  return new BatchDraft()
}

test('what was typed is there after a reload, the last key included', () => {
  const draft = new BatchDraft()
  draft.rows = [{ id: 1, prompt: 'a', settings: { widthPx: 64 } }]
  draft.seedPolicy = 'increment'
  draft.view = 'comparison'
  draft.remember(7, 'key')
  draft.change(1, { prompt: 'ab' })
  const kept = reload()
  expect(kept.rows).toEqual([{ id: 1, prompt: 'ab', settings: { widthPx: 64 } }])
  expect([kept.seedPolicy, kept.view, kept.jobs]).toEqual(['increment', 'comparison', [{ id: 7, settingsKey: 'key' }]])
  expect(kept.isKept).toBe(true)
})

test('a draft that no longer fits is none', () => {
  localStorage.setItem('reprise.batch', '{"rows":[{"id":"x"}]}')
  expect(new BatchDraft().rows).toHaveLength(1)
})

test('rows keep what is not changed; undefined takes away', () => {
  const draft = new BatchDraft()
  draft.addRows([{ prompt: 'a', seed: '1', count: 2 }, 'b'])
  const [, a, b] = draft.rows
  draft.change(a.id, { seed: undefined })
  draft.changeSettings(a.id, { numInferenceSteps: 5, widthPx: 64 })
  draft.changeSettings(a.id, { widthPx: undefined })
  expect(draft.rows[1]).toEqual({ id: a.id, prompt: 'a', count: 2, settings: { numInferenceSteps: 5 } })
  draft.changeSettings(a.id, { numInferenceSteps: undefined })
  expect(draft.rows[1]).toEqual({ id: a.id, prompt: 'a', count: 2 })
  // others are the same objects: nothing of them is planned again
  expect(draft.rows[2]).toBe(b)
})

test('undoing takes back what it says, and nothing that was typed since', () => {
  const draft = new BatchDraft()
  const [first] = draft.rows
  const id = draft.addRows(['b'])
  const putBack = draft.remove(id)
  draft.addRows(['c'])
  draft.change(first.id, { prompt: 'a' })
  putBack()
  expect(draft.rows.map(({ prompt }) => prompt)).toEqual(['a', 'b', 'c'])
  expect(new Set(draft.rows.map((row) => row.id)).size).toBe(3)

  const takeBack = draft.undoable(() => draft.addRows(['d', 'e']))
  draft.change(draft.rows[4].id, { prompt: 'e, better' })
  takeBack()
  expect(draft.rows.map(({ prompt }) => prompt)).toEqual(['a', 'b', 'c', 'e, better'])
})

test('the last row leaves an empty one, which goes again if nobody wrote into it', () => {
  const draft = new BatchDraft()
  const putBack = draft.remove(draft.rows[0].id)
  expect(draft.rows.map(({ prompt }) => prompt)).toEqual([''])
  putBack()
  expect(draft.rows.map(({ prompt }) => prompt)).toEqual(['mountains at sunset'])
})

test('no seed is drawn twice', () => {
  const draft = new BatchDraft()
  let next = 0
  const draw = vi.spyOn(crypto, 'getRandomValues').mockImplementation((seeds) => {
    // pairs of the same
    for (let index = 0; index < (seeds as Uint32Array).length; index++) (seeds as Uint32Array)[index] = next++ >> 1
    return seeds
  })
  draft.drawSeeds({ anew: true })
  draw.mockRestore()
  expect(draft.drawnSeeds).toEqual(['0', '1', '2', '3'])
})

test('more like this, with a better prompt: the seed of the image, its negative prompt and settings, ready to edit', () => {
  const draft = new BatchDraft()
  const { id } = draft.rows[0]
  draft.keepSeed({ prompt: 'a cat', negativePrompt: 'blur', seed: 42n }, { rowId: id, settings: { heightPx: 64 } })
  const row = draft.rows[1]
  const wanted = { prompt: 'a cat', seed: '42', count: 1, negative: 'blur', settings: { heightPx: 64 } }
  expect(row).toEqual({ id: row.id, ...wanted })
  expect([draft.toEdit, draft.view]).toEqual([{ rowId: row.id, isSelected: true }, 'prompts'])
})

test.each(['a {cat|dog}', 'snake_case __animal__', 'hatsune\\_miku', '{x}', 'a\\{b|c}', '___a__', '{a|b'])(
  'an image of %s stays one image of just that',
  (prompt) => {
    const draft = new BatchDraft()
    draft.keepSeed({ prompt, negativePrompt: '', seed: '1' })
    expect(expandPrompt(draft.rows.at(-1)!.prompt, { animal: ['x', 'y'] }).prompts).toEqual([prompt])
  },
)

test('a locked seed is that of all prompts', () => {
  const draft = new BatchDraft()
  draft.lockSeed(2n ** 64n - 1n)
  expect([draft.seedPolicy, draft.firstSeed]).toEqual(['fixed', '18446744073709551615'])
})
