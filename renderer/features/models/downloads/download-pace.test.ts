import { expect, test } from 'vitest'
import type { DownloadProgress, DownloadView } from '#shared/contract/downloads.ts'
import { downloadPace } from './download-pace.ts'

const download: DownloadView = {
  id: 1,
  source: 'owner/name',
  name: 'owner/name',
  target: '/m',
  state: 'running',
  error: null,
  files: [],
  bytesDone: 100,
  sizeBytes: 1_000,
  createdAtMs: 1,
  finishedAtMs: null,
}
const progress = (changes: Partial<DownloadProgress>): DownloadProgress => ({
  id: 1,
  bytesDone: 400,
  sizeBytes: 1_000,
  bytesPerSecond: 200,
  files: [],
  ...changes,
})

test('what was told last counts before what the row says', () => {
  expect(downloadPace(download, progress({}))).toEqual({
    bytesDone: 400,
    sizeBytes: 1_000,
    part: 0.4,
    bytesPerSecond: 200,
    leftMs: 3_000,
  })
  expect(downloadPace(download, undefined)).toMatchObject({ bytesDone: 100, part: 0.1, leftMs: undefined })
})

test('no time left where nothing comes, or nobody knows how much it is', () => {
  expect(downloadPace(download, progress({ bytesPerSecond: 0 }))).toMatchObject({
    bytesPerSecond: undefined,
    leftMs: undefined,
  })
  expect(downloadPace(download, progress({ sizeBytes: null }))).toMatchObject({ part: undefined, leftMs: undefined })
  expect(downloadPace(download, progress({ sizeBytes: 300 }))).toMatchObject({ part: 1, leftMs: 0 })
})
