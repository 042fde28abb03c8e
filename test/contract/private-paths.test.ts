/**
 * Where the data folder lies is nobody's business but its owner's: every procedure is driven over HTTP, with inputs that
 * it takes and refuses, on a studio in trouble whose data folder has a telling name, and that name looked for in all that
 * leaves: answers, events, exports. What the contract says is a path of this machine may have it, and nothing else.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { contract } from '#shared/contract/contract.ts'
import type { Area } from '#shared/contract/procedure.ts'
import { openStudio, type Studio } from '../../electron/services/studio/open-studio.ts'
import { forkNodeChild } from '../../electron/supervisor/node-child.ts'
import { startWebServer, type WebServer } from '../../electron/web/server.ts'
import { arbitraryInput } from './arbitrary-input.ts'

const ROOT = join(import.meta.dirname, '../..')
/** With what paths may have and messages may stumble over. */
const TELLING = `Anna's "private" life`
const TOKEN = 'the token of this test'

/** Paths by contract: models lie where the person put them, downloads go where they say, the check-up is the owner's. */
const MAY_TELL: Readonly<Partial<Record<string, RegExp>>> = {
  'models.list': /"path":"(?:[^"\\]|\\.)*"/g,
  'models.scan': /"path":"(?:[^"\\]|\\.)*"/g,
  'modelFiles.list': /"path":"(?:[^"\\]|\\.)*"/g,
  'downloads.plan': /"target":"(?:[^"\\]|\\.)*"/g,
  'downloads.list': /"target":"(?:[^"\\]|\\.)*"/g,
  'settings.get': /"modelFolders":\[[^\]]*\]/g,
  'settings.update': /"modelFolders":\[[^\]]*\]/g,
  'settings.reset': /"modelFolders":\[[^\]]*\]/g,
  'models.addFolder': /"path":"(?:[^"\\]|\\.)*"/g,
  'models.removeFolder': /"path":"(?:[^"\\]|\\.)*"/g,
  'studio.doctor': /"name":"data folder"[^}]*/g,
}
const PROCEDURES = Object.entries<Area>(contract).flatMap(([area, procedures]) =>
  Object.entries(procedures).map(([name, { input }]) => ({ name: `${area}.${name}`, input })),
)

let root: string
let dataDir: string
let studio: Studio
let server: WebServer
const events: string[] = []

const ask = async (path: string, body: unknown): Promise<string> => {
  const answer = await fetch(new URL(path, server.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  })
  return Buffer.from(await answer.arrayBuffer()).toString('latin1')
}
const told = (text: string): string[] => /.{0,120}(?:Anna|private|life).{0,80}/.exec(text)?.slice() ?? []

beforeAll(async () => {
  // whatever a download asks for, nobody answers
  vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9')
  root = mkdtempSync(join(tmpdir(), 'reprise-told-'))
  dataDir = join(root, TELLING)
  studio = await openStudio({
    dataDir,
    starterModelDir: join(ROOT, 'build/starter/model'),
    startChild: () => forkNodeChild(join(ROOT, 'test/fixtures/engine/fake-child.ts')),
  })
  studio.bus.listen((event) =>
    events.push(
      JSON.stringify(event, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    ),
  )
  server = await startWebServer({ studio, host: '127.0.0.1', port: 0, token: TOKEN, a1111: true })
  const { id } = await studio.client.jobs.add({ items: ['a', 'b', 'c'].map((prompt) => ({ prompt })) })
  await vi.waitFor(async () => {
    expect(await studio.client.jobs.get({ id })).toMatchObject({ state: 'done' })
  }, 20_000)
  // trouble: images without files, and a folder that takes none
  rmSync(join(dataDir, 'images'), { recursive: true })
  writeFileSync(join(dataDir, 'images'), 'no folder')
  rmSync(join(dataDir, 'temporary'), { recursive: true, force: true })
  writeFileSync(join(dataDir, 'temporary'), 'no folder')
  mkdirSync(join(dataDir, 'models', 'broken'), { recursive: true })
  writeFileSync(join(dataDir, 'models', 'broken', 'model_index.json'), '{"_class_name": 1}')
  await studio.client.models.addFolder({ path: join(dataDir, 'models') }).catch(() => undefined)
  const { id: next } = await studio.client.jobs.add({ items: [{ prompt: 'never kept' }] })
  await vi.waitFor(async () => {
    expect(await studio.client.jobs.queueState({})).toMatchObject({ isPaused: true })
  }, 20_000)
  expect(await ask('/api/jobs.items', { jobId: next })).toContain('never kept')
})
afterAll(async () => {
  await server.close()
  await studio.close()
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true })
})

test('the reason why the queue paused names the file, not its place', async () => {
  const state = await ask('/api/jobs.queueState', {})
  expect(state).toContain('output-not-writable')
  expect(told(state)).toEqual([])
})

test('a ZIP, a thumbnail, a picture and A1111 say nothing of it', async () => {
  const ids = (await studio.client.history.page({})).images.map(({ id }) => id)
  expect(ids).toHaveLength(3)
  const zip = await ask('/export', { ids })
  expect(zip).toContain('not-exported.txt')
  const pictures = ids.flatMap((id) => [`/images/${id}`, `/images/${id}/thumbnail`, `/images/${id}/export`])
  const answers = await Promise.all(
    pictures.map(async (path) => {
      const answer = await fetch(new URL(path, server.url), { headers: { authorization: `Bearer ${TOKEN}` } })
      expect(answer.status).toBeGreaterThan(399)
      return answer.text()
    }),
  )
  const a1111 = await ask('/sdapi/v1/txt2img', { prompt: 'a' })
  expect([zip, ...answers, a1111].flatMap(told)).toEqual([])
})

describe.each(PROCEDURES)('$name', ({ name, input }) => {
  test('says nothing of it', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryInput(input), async (value) => {
        const answer = await ask(`/api/${name}`, value ?? {})
        const may = MAY_TELL[name]
        expect(told(may === undefined ? answer : answer.replaceAll(may, ''))).toEqual([])
      }),
      { numRuns: 6, seed: 1 },
    )
  })
})

test('nor do the events of all that', () => {
  expect(events.length).toBeGreaterThan(10)
  const paths = /"(?:target|path)":"(?:[^"\\]|\\.)*"|"modelFolders":\[[^\]]*\]/g
  expect(events.map((event) => event.replaceAll(paths, '')).flatMap(told)).toEqual([])
})
