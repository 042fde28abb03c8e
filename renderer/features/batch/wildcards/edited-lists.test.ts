import { expect, test, vi } from 'vitest'
import type { Wildcards } from '#shared/contract/wildcards.ts'
import { AppError } from '#shared/errors.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { EditedLists } from './edited-lists.svelte.ts'

/** A studio that takes its time to answer. */
function slowStudio(wildcards: Wildcards) {
  const settings = { current: { wildcards } }
  const update = vi.fn(async (changes: { wildcards: Wildcards }) => {
    await new Promise((answered) => setTimeout(answered))
    settings.current = changes
  })
  const undo = vi.fn<(message: string, undo: () => Promise<void>) => void>()
  const studio = { settings: Object.assign(settings, { update }), toasts: { undo } } as unknown as StudioState
  return { studio, settings, update, undo }
}

const settled = () => new Promise((done) => setTimeout(done, 20))

test('several lists at once are all kept, each under a name of its own', async () => {
  const { studio, settings } = slowStudio({ animal: ['fox'] })
  const lists = new EditedLists(studio, '')
  for (const words of ['red', 'blue']) lists.add('animal', words)
  await settled()
  expect(settings.current.wildcards).toEqual({ animal: ['fox'], 'animal 2': ['red'], 'animal 3': ['blue'] })
  expect([lists.name, lists.text]).toEqual(['animal 3', 'blue'])
})

test('what was typed is kept when the list is given another name, or left, at once', async () => {
  const { studio, settings } = slowStudio({ animal: ['fox'], tree: ['oak'] })
  const lists = new EditedLists(studio, 'animal')
  lists.type('fox\nhen')
  lists.rename('beast')
  lists.type('fox\nhen\nowl')
  lists.open('tree')
  expect(lists.text).toBe('oak')
  await settled()
  expect(settings.current.wildcards).toEqual({ tree: ['oak'], beast: ['fox', 'hen', 'owl'] })
})

test('a list that was deleted comes back with what was typed last', async () => {
  const { studio, settings, undo } = slowStudio({ animal: ['fox'] })
  const lists = new EditedLists(studio, 'animal')
  lists.type('hen')
  lists.remove()
  await settled()
  expect([settings.current.wildcards, lists.name]).toEqual([{}, ''])
  await undo.mock.calls[0][1]()
  expect(settings.current.wildcards).toEqual({ animal: ['hen'] })
})

test('what could not be kept is kept with the next change', async () => {
  const { studio, settings, update } = slowStudio({ animal: ['fox'] })
  const lists = new EditedLists(studio, 'animal')
  update.mockRejectedValueOnce(new AppError('connection-lost', 'gone'))
  lists.type('hen')
  lists.flush()
  await settled()
  expect([lists.error?.code, lists.all]).toEqual(['connection-lost', { animal: ['hen'] }])
  lists.add('tree', 'oak')
  await settled()
  expect([lists.error, settings.current.wildcards]).toEqual([undefined, { animal: ['hen'], tree: ['oak'] }])
})
