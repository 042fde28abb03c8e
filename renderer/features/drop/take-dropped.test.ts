// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest'
import type { ReadView } from '#shared/contract/metadata.ts'
import { AppError } from '#shared/errors.ts'
import { BatchDraft } from '#renderer/state/batch-draft.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { addToHistory } from './add-to-history.ts'
import type { CarriedPicture } from './carried.ts'
import { takeDropped } from './take-dropped.ts'

const NOTHING: ReadView = { source: 'unknown', fields: {}, notUnderstood: [], raw: '', leftOut: [] }
const SETTINGS: ReadView = { ...NOTHING, source: 'a1111', fields: { prompt: { fidelity: 'exact', value: 'a fox' } } }

const read = vi.fn<() => Promise<ReadView>>()
const importImage = vi.fn<() => Promise<{ outcome: 'added' | 'known' }>>()
const take = vi.fn(() => Promise.resolve())
const [go, info, error, undo] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()]
const ask = vi.fn<(pictures: readonly CarriedPicture[]) => void>()
const route = { panel: 'batch', go }
const studio = {
  api: { metadata: { read, importImage } },
  batch: new BatchDraft(),
  imageToImage: { take },
  route,
  toasts: { info, error, undo },
} as unknown as StudioState

const picture = (name: string): File => new File(['bytes'], name, { type: 'image/png', lastModified: 1_000 })

beforeEach(() => {
  vi.resetAllMocks()
  route.panel = 'batch'
})

test('a picture that tells nothing is an input, and nothing is asked', async () => {
  read.mockResolvedValue(NOTHING)
  await takeDropped(studio, [picture('a.png')], ask)
  expect([ask.mock.calls.length, go.mock.calls]).toEqual([0, [['image-to-image']]])
  expect(take).toHaveBeenCalledWith([expect.objectContaining({ name: 'a.png' })])
})

test('one that carries settings is asked about; of several, one that does is enough', async () => {
  read.mockResolvedValueOnce(NOTHING).mockResolvedValueOnce(SETTINGS)
  await takeDropped(studio, [picture('a.png'), picture('b.png')], ask)
  const [asked] = ask.mock.calls[0]
  expect(asked.map(({ file, settings }) => [file?.name, settings?.source])).toEqual([
    ['a.png', 'unknown'],
    ['b.png', 'a1111'],
  ])
  expect(take).not.toHaveBeenCalled()
})

test('a file that cannot be read is told with its picture, beside the others', async () => {
  read.mockRejectedValueOnce(new AppError('image-invalid', 'no picture in it')).mockResolvedValueOnce(SETTINGS)
  await takeDropped(studio, [picture('a.png'), picture('b.png')], ask)
  expect(ask.mock.calls[0][0][0].error).toMatchObject({ code: 'image-invalid' })
})

test('on the history panel a picture may be meant for the history', async () => {
  route.panel = 'history'
  read.mockResolvedValue(NOTHING)
  await takeDropped(studio, [picture('a.png')], ask)
  expect(ask).toHaveBeenCalledOnce()
})

test('a text file becomes rows, and they can be taken back', async () => {
  await takeDropped(studio, [new File(['a fox\na hen\n'], 'list.txt', { type: 'text/plain' })], ask)
  expect(studio.batch.rows.slice(-2).map(({ prompt }) => prompt)).toEqual(['a fox', 'a hen'])
  expect([go.mock.calls, undo.mock.calls.length]).toEqual([[['batch']], 1])
})

test('what nobody can use is named', async () => {
  await takeDropped(studio, [new File(['x'], 'archive.zip')], ask)
  expect(info).toHaveBeenCalledWith(expect.stringContaining('archive.zip'))
})

test('of a model the path has to be typed: its name is there already', async () => {
  await takeDropped(studio, [new File(['x'], 'ink.safetensors')], ask)
  expect(go.mock.calls).toEqual([['models', { tab: 'folders', name: 'ink.safetensors' }]])
  expect(info).not.toHaveBeenCalled()
})

test('added, known and failed are told apart', async () => {
  importImage
    .mockResolvedValueOnce({ outcome: 'added' })
    .mockResolvedValueOnce({ outcome: 'known' })
    .mockRejectedValueOnce(new AppError('disk-full', 'no room'))
  await addToHistory(studio, [picture('a.png'), picture('b.png'), picture('c.png')])
  expect(importImage).toHaveBeenCalledWith(expect.objectContaining({ modifiedAtMs: 1_000 }))
  expect(info.mock.calls[0][0]).toBe('1 image was added to the history. 1 image was there already.')
  expect(error).toHaveBeenCalledWith(expect.objectContaining({ code: 'disk-full' }))
})
