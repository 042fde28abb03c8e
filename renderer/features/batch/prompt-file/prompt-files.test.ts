// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest'
import { BatchDraft } from '#renderer/state/batch-draft.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { promptFilesOf } from './prompt-files.svelte.ts'

let batch: BatchDraft
let files: ReturnType<typeof promptFilesOf>
const undo = vi.fn<(message: string, undo: () => void) => void>()
const prompts = (): string[] => batch.rows.map(({ prompt }) => prompt)

beforeEach(() => {
  localStorage.clear()
  undo.mockReset()
  batch = new BatchDraft()
  files = promptFilesOf({ batch, route: { go: () => undefined }, toasts: { undo } } as unknown as StudioState)
})

test('of several files with mistakes each is looked at', async () => {
  await files.take(new File(['prompt,seed\na fox,1\na hen,x\n'], 'one.csv'))
  await files.take(new File(['prompt,seed\nan owl,y\nan elk,2\n'], 'two.csv'))
  expect([files.toCheck?.name, prompts()]).toEqual(['one.csv', ['mountains at sunset']])
  files.takeGood()
  expect([files.toCheck?.name, prompts()]).toEqual(['two.csv', ['mountains at sunset', 'a fox']])
  files.leave()
  expect([files.toCheck, prompts()]).toEqual([undefined, ['mountains at sunset', 'a fox']])
})

test('lines that are pasted follow their row, those with mistakes among them too', async () => {
  batch.addRows(['the last'])
  await files.takeText('prompt\tseed\na fox\t1\na hen\tx\n', batch.rows[0])
  files.takeGood()
  expect(prompts()).toEqual(['mountains at sunset', 'a fox', 'the last'])
  undo.mock.calls[0][1]()
  expect(prompts()).toEqual(['mountains at sunset', 'the last'])
})

test('the empty row that they were pasted into is theirs, and comes back', async () => {
  batch.addRows([''])
  await files.takeText('a fox\na hen', batch.rows[1])
  expect(prompts()).toEqual(['mountains at sunset', 'a fox', 'a hen'])
  undo.mock.calls[0][1]()
  expect(prompts()).toEqual(['mountains at sunset', ''])
})
