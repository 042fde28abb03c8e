import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { lookForUpdate } from './look-for-update.ts'

const dir = mkdtempSync(join(tmpdir(), 'reprise-update-'))
afterAll(() => {
  rmSync(dir, { recursive: true })
})

const PAGE = 'https://example.com/reprise'
async function look(feed: string | undefined, answer: unknown): Promise<{ found: unknown; asked: string[] }> {
  const path = join(dir, 'update-feed.json')
  if (feed === undefined) rmSync(path, { force: true })
  else writeFileSync(path, feed)
  const asked: string[] = []
  const found = await lookForUpdate(path, (url) => {
    asked.push(url)
    return Promise.resolve(Response.json(answer))
  })
  return { found, asked }
}
const FEED = '{"feedUrl":"https://example.com/latest.json"}'

test('without a feed nobody is asked', async () => {
  expect(await look(undefined, {})).toEqual({ found: undefined, asked: [] })
  expect(await look('{"feedUrl":"http://example.com/"}', {})).toEqual({ found: undefined, asked: [] })
})

test('a newer version is found', async () => {
  for (const version of ['0.1.1', '0.2.0', '1.0.0', '0.10.0']) {
    const { found, asked } = await look(FEED, { version, pageUrl: PAGE })
    expect(found).toEqual({ version, pageUrl: PAGE })
    expect(asked).toEqual(['https://example.com/latest.json'])
  }
})

test.each([
  { version: '0.1.0', pageUrl: PAGE },
  { version: '0.0.9', pageUrl: PAGE },
  { version: 'latest', pageUrl: PAGE },
  { version: '9.0.0', pageUrl: 'file:///bin/sh' },
  { version: '9.0.0' },
  'nonsense',
])('%o is none', async (answer) => {
  expect((await look(FEED, answer)).found).toBeUndefined()
})
