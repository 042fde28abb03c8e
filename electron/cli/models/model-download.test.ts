/** `reprise models download` and `downloads`, from a server that misbehaves, as whole command lines and as processes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { filesIn, hashOf, weights } from '../../services/downloads/testing/downloads-fixture.ts'
import { FileServer } from '../../services/downloads/testing/file-server.ts'
import { cliFixture, jsonLines, type Outcome } from '../testing/cli-fixture.ts'

const FAKE_CLI = join(import.meta.dirname, '../../../test/fixtures/engine/fake-cli.ts')
const MIB = 2 ** 20

const fixture = cliFixture()
let server: FileServer
let bytes: Buffer
let source: string
beforeEach(async () => {
  server = await new FileServer().listen()
  bytes = weights(3 * MIB + 321)
  server.files.set('/model.safetensors', bytes)
  source = `${server.url}/model.safetensors`
  // another name: addresses of files are not pages of the hub
  vi.stubEnv('HF_ENDPOINT', server.url.replace('127.0.0.1', 'localhost'))
  vi.stubEnv('HF_TOKEN', undefined)
})
afterEach(() => {
  server.close()
  vi.unstubAllEnvs()
})

const models = (...args: string[]): Promise<Outcome> => fixture.reprise(['models', ...args])
const modelsDir = (): string => join(fixture.dataDir, 'models')

/** The command as a process of its own, which can be stopped. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [FAKE_CLI, 'models', 'download', ...args, '--json'], {
    cwd: fixture.workingDir,
    env: { ...process.env, REPRISE_DATA_DIR: fixture.dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => (text[name] += chunk.toString()))
  }
  return { child, lines: () => jsonLines(text.stdout), stderr: () => text.stderr, ended: once(child, 'close') }
}

/** The first byte that each request but those for the plan asked for. */
const begins = (): number[] => server.requests.map(({ range }) => Number(/\d+/.exec(range ?? '0')?.[0]))

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10)
}

test('an address: the file is where it was asked for, and the list says so', async () => {
  const outcome = await models('download', source, '--to', 'here', '--sha256', hashOf(bytes).toUpperCase())
  expect(outcome).toMatchObject({ code: 0, stderr: '' })
  expect(outcome.stdout).toBe(`model.safetensors is in ${join(fixture.workingDir, 'here')}\n`)
  expect(filesIn(join(fixture.workingDir, 'here'))).toEqual({ 'model.safetensors': hashOf(bytes) })
  expect((await models('downloads', 'list')).stdout).toMatch(
    /^id +state +here +name +folder\n1 +done +3\.1 MB of 3\.1 MB +model\.safetensors +\/.*\n\n1 download\n$/,
  )
  const [file] = await fixture.json('models', 'list', '--files')
  expect(file).toMatchObject({ name: 'model', kind: 'unknown', sizeBytes: bytes.length })
  expect((await models('list', '--files')).stdout).toMatch(
    /^kind +name .*\nunknown +model +unknown +3\.1 MB +.*\n\n1 file; /,
  )
})

test('a repository, or one file of it', async () => {
  server.addRepository('some/model', {
    'model_index.json': Buffer.from('{"unet": ["diffusers", "X"]}'),
    'unet/config.json': Buffer.from('{}'),
    'unet/diffusion_pytorch_model.safetensors': bytes,
    'single.safetensors': bytes,
  })
  const whole = await models('download', 'some/model')
  expect(whole).toMatchObject({ code: 0, stderr: '' })
  expect(whole.stdout).toMatch(/^some\/model is in \/.*\/models\/some\/model\nmodel 2 of the list: "model"/)
  const lines = await fixture.json('models', 'download', 'some/model', '--file', 'single.safetensors', '--to', 'one')
  expect(lines.at(-1)).toMatchObject({ state: 'done', files: [{ path: 'single.safetensors', isDone: true }] })
  expect(readdirSync(join(fixture.workingDir, 'one'))).toEqual(['single.safetensors'])
})

describe('interrupted', () => {
  beforeEach(() => {
    // half a minute for all of it: each test acts when it sees that some has come
    server.bytesPerMs = 100
  })

  test('killed again and again, it goes on each time, and ends with the right file', { timeout: 60_000 }, async () => {
    const seen: number[] = []
    for (let kill = 0; kill < 3; kill++) {
      const run = start(source)
      const bytesDone = (): number => Number(run.lines().at(-1)?.bytesDone ?? 0)
      await until(() => bytesDone() > (seen.at(-1) ?? 0))
      seen.push(bytesDone())
      run.child.kill('SIGKILL')
      await run.ended
      expect(existsSync(join(modelsDir(), 'model.safetensors'))).toBe(false)
    }
    server.bytesPerMs = 0
    const last = start(source)
    expect(await last.ended).toEqual([0, null])
    expect(last.lines().at(-1)).toMatchObject({ state: 'done', bytesDone: bytes.length })
    expect(filesIn(modelsDir())).toEqual({ 'model.safetensors': hashOf(bytes) })
    const [first, ...further] = begins().filter((_begin, at) => at % 2 === 1)
    expect([first, further.length]).toEqual([0, 3])
    for (const [at, begin] of further.entries()) expect(begin).toBeGreaterThanOrEqual(seen[at])
  })

  test('Ctrl-C pauses; the list can end it, or the same command go on', { timeout: 30_000 }, async () => {
    const run = start(source)
    await until(() => run.lines().some(({ bytesDone }) => Number(bytesDone) > 0))
    run.child.kill('SIGINT')
    expect(await run.ended).toEqual([130, null])
    expect(run.stderr()).toMatch(
      /paused: \d[\d.]* [kM]B of 3\.1 MB are here, and the same command goes on with them \(cancelled\)\n$/,
    )
    expect(run.lines().at(-1)).toMatchObject({ state: 'paused' })

    expect(await fixture.json('models', 'downloads', 'list')).toMatchObject([{ id: 1, state: 'paused' }])
    expect((await models('downloads', 'resume', '1')).stdout).toMatch(/^download 1 waits to go on/)
    expect(await fixture.json('models', 'downloads', 'pause', '1')).toMatchObject([{ id: 1, state: 'paused' }])
    expect(await models('download', source, '--sha256', 'ab'.repeat(32))).toMatchObject({ code: 2 })
    server.bytesPerMs = 0
    expect(await models('download', source)).toMatchObject({ code: 0 })
    expect(begins().at(-1)).toBeGreaterThan(0)
    expect((await models('downloads', 'remove', '1')).stdout).toMatch(/finished files stay/)
    expect(await fixture.json('models', 'downloads', 'list')).toEqual([])
    expect(filesIn(modelsDir())).toEqual({ 'model.safetensors': hashOf(bytes) })
  })

  test('of two commands one fetches, and the other takes over when that ends', { timeout: 30_000 }, async () => {
    const runs = [start(source)]
    const isUnderWay = (run: (typeof runs)[0]): boolean => run.lines().some(({ bytesDone }) => Number(bytesDone) > 0)
    await until(() => isUnderWay(runs[0]))
    runs.push(start(source))
    await until(() => isUnderWay(runs[1]))
    runs[0].child.kill('SIGKILL')
    await runs[0].ended
    server.bytesPerMs = 0
    expect(await runs[1].ended).toEqual([0, null])
    expect(filesIn(modelsDir())).toEqual({ 'model.safetensors': hashOf(bytes) })
  })

  test('cancelled by another command, nothing is left', { timeout: 30_000 }, async () => {
    const run = start(source)
    await until(() => run.lines().some(({ bytesDone }) => Number(bytesDone) > 0))
    expect(await models('downloads', 'cancel', '1')).toMatchObject({ code: 0 })
    expect(await run.ended).toEqual([130, null])
    expect(run.stderr()).toContain('cancelled by another command')
    expect(filesIn(modelsDir())).toEqual({})
  })
})

test('what was refused once can go on later with what came', async () => {
  server.misbehaviours.set('/model.safetensors', (_request, response, count) => {
    if (count !== 2) return false
    response.writeHead(429, { 'retry-after': '3600' }).end()
    return true
  })
  const refused = await models('download', source)
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toMatch(/answers 429 .*wants fewer requests. Try again later \(download-failed\)\n$/)
  expect(await models('download', source)).toMatchObject({ code: 0 })
  expect(await fixture.json('models', 'downloads', 'list')).toHaveLength(1)
})

test.each<[what: string, args: () => string[], code: number, message: RegExp]>([
  ['a hub that cannot be reached', () => ['some/model'], 1, /nobody answers there \(download-failed\)/],
  ['what is gated', () => ['some/gated'], 1, /asks for an agreement.*HF_TOKEN.*\(download-refused\)/],
  ['what needs a token', () => ['some/private'], 1, /needs a token\. HF_TOKEN .*\(download-refused\)/],
  ['what is not there', () => ['some/nothing'], 1, /answers 404 .*Check the name \(download-refused\)/],
  [
    'a file that is not there',
    () => ['some/small', '--file', 'x'],
    1,
    /no file "x" in some\/small: it has these files/,
  ],
  ['a file of a file', () => [source, '--file', 'x'], 2, /an address is one file.*\(invalid-argument\)/],
  [
    'one hash for many',
    () => ['some/small', '--file', 'a.safetensors', '--file', 'b.safetensors'],
    2,
    /a sha256 proves one file/,
  ],
  [
    'another hash than listed',
    () => ['some/small', '--file', 'a.safetensors'],
    1,
    /its sha256 is .*Nothing was fetched/,
  ],
  ['more than the disk takes', () => [`${server.url}/huge`], 1, /free some space.*\(disk-full\)/],
  ['what is no source', () => ['nonsense'], 2, /no source/],
  ['no hash', () => [source, '--sha256', '12'], 2, /a sha256 in hex/],
])('refuses %s', async (what, args, code, message) => {
  const answers = { 'some/gated': [403, { 'x-error-code': 'GatedRepo' }], 'some/private': [401, {}] } as const
  for (const [name, [status, headers]] of Object.entries(answers)) {
    server.misbehaviours.set(`/api/models/${name}/revision/main`, (_request, response) => {
      response.writeHead(status, headers).end()
      return true
    })
  }
  server.misbehaviours.set('/huge', (_request, response) => {
    response.writeHead(200, { 'content-length': 10 ** 14 }).write('x')
    return true
  })
  server.addRepository('some/small', { 'a.safetensors': weights(1_000), 'b.safetensors': weights(1_000) })
  if (what.startsWith('a hub')) server.close()
  const needsHash = /hash (for|than)/.test(what) ? ['--sha256', 'ab'.repeat(32)] : []
  const outcome = await models('download', ...args(), ...needsHash)
  expect(outcome.stderr).toMatch(message)
  expect(outcome).toMatchObject({ code, stdout: '' })
  expect(await fixture.json('models', 'downloads', 'list')).toEqual([])
})

test('the wrong hash of what no listing proves: it is fetched, found wrong and deleted', async () => {
  const outcome = await models('download', source, '--sha256', 'ab'.repeat(32))
  expect(outcome.stderr).toMatch(/is not what was announced: its hash is another \(download-invalid\)/)
  expect(outcome).toMatchObject({ code: 1, stdout: '' })
  expect(existsSync(join(modelsDir(), 'model.safetensors'))).toBe(false)
})
