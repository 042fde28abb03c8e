import { expect, test } from 'vitest'
import type { DownloadView } from '#shared/contract/downloads.ts'
import type { Connection } from '#renderer/api/connection.svelte.ts'
import { DownloadsState } from './downloads-state.svelte.ts'

const download = (id: number, changes: Partial<DownloadView> = {}): DownloadView => ({
  id,
  source: 'owner/name',
  name: 'owner/name',
  target: '/m',
  state: 'running',
  error: null,
  files: [],
  bytesDone: 0,
  sizeBytes: 10,
  createdAtMs: 1,
  finishedAtMs: null,
  ...changes,
})

/** A connection that has these downloads, and tells what the test makes it tell. */
async function connected(list: DownloadView[]) {
  const listeners = new Map<string, (payload: unknown) => void>()
  let load = (): void => undefined
  const connection = {
    client: { downloads: { list: () => Promise.resolve(list) } },
    on: (name: string, listener: (payload: unknown) => void) => listeners.set(name, listener),
    onLoad: (loader: () => void) => (load = loader),
  }
  const state = new DownloadsState(connection as unknown as Connection)
  load()
  await Promise.resolve()
  return { state, tell: (name: string, payload: unknown) => listeners.get(name)?.(payload) }
}

test('what is new comes first, what changes keeps its place, what is removed goes', async () => {
  const { state, tell } = await connected([download(2), download(1)])
  const states = (): unknown[] => state.list.map(({ id, state: at }) => [id, at])
  tell('download.changed', { download: download(3, { state: 'queued' }) })
  tell('download.changed', { download: download(1, { state: 'done' }) })
  expect(states()).toEqual([
    [3, 'queued'],
    [2, 'running'],
    [1, 'done'],
  ])
  expect(state.activeCount).toBe(2)
  tell('download.removed', { id: 2 })
  expect(states()).toEqual([
    [3, 'queued'],
    [1, 'done'],
  ])
})

test('how far it is lasts as long as it runs', async () => {
  const { state, tell } = await connected([download(1)])
  const progress = { id: 1, bytesDone: 5, sizeBytes: 10, bytesPerSecond: 1, files: [] }
  tell('download.progress', progress)
  tell('download.changed', { download: download(1) })
  expect(state.progressOf(1)).toEqual(progress)
  tell('download.changed', { download: download(1, { state: 'paused' }) })
  expect(state.progressOf(1)).toBeUndefined()
})
