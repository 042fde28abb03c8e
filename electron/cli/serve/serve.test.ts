/** `reprise serve` in this process, ended by the signal that ends it. */
import { statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { cleanUp, openTemporary } from '../../db/testing/studio-folder.ts'
import type { CliHost } from '../host.ts'
import { cliFixture, collect, type Outcome } from '../testing/cli-fixture.ts'

const fixture = cliFixture()
const { reprise } = fixture
const serve = (args: string[], changes?: Partial<CliHost>): Promise<Outcome> => reprise(['serve', ...args], changes)
afterEach(cleanUp)

/** Serves until `use` is done. @returns what was said after that, and its first lines to `use` */
async function whileServing(
  args: string[],
  use: (stdout: string) => Promise<void>,
  changes: Partial<CliHost> = {},
): Promise<Outcome> {
  const { stream, text } = collect()
  const served = serve(['--port', '0', ...args], { ...changes, stdout: stream })
  await Promise.race([once(stream, 'data'), served])
  try {
    await use(text())
  } finally {
    process.emit('SIGTERM')
  }
  return { ...(await served), stdout: text() }
}

test('--json: address and token, and the studio answers', async () => {
  const outcome = await whileServing(['--json', '--token', 'a-long-enough-token'], async (stdout) => {
    const line = JSON.parse(stdout) as { url: string; token: string }
    expect(Object.keys(line)).toEqual(['url', 'token'])
    expect(line.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    expect(line.token).toBe('a-long-enough-token')
    const wrong = await fetch(line.url)
    expect(wrong.status).toBe(401)
    const right = await fetch(line.url, { headers: { authorization: `Bearer ${line.token}` } })
    expect(right.status).toBe(200)
    await right.text()
  })
  expect(outcome).toMatchObject({
    code: 0,
    stderr: 'reprise: ending after the running step; Ctrl-C once more ends at once\n',
  })
})

test('for people: the address with a token of its own, and where the data is', async () => {
  const { stdout } = await whileServing([], () => Promise.resolve())
  expect(stdout).toMatch(
    /^The studio is at +http:\/\/127\.0\.0\.1:\d+\/\?token=\S{20,}\nIts data is in +.*data\nTo end it: Ctrl-C\./,
  )
})

test('the data folder keeps its token, until another is asked for', async () => {
  const tokenOf = async (...args: string[]): Promise<string> =>
    /token=(\S+)/.exec((await whileServing(args, () => Promise.resolve())).stdout)?.[1] ?? ''
  const first = await tokenOf()
  expect(await tokenOf()).toBe(first)
  const path = join(fixture.dataDir, 'serve-token')
  expect(statSync(path).mode & 0o077).toBe(0)
  const second = await tokenOf('--new-token')
  expect(second).not.toBe(first)
  writeFileSync(path, 'short\n')
  expect([first, second, 'short']).not.toContain(await tokenOf())
})

test('the token of the environment is taken, and not said again', async () => {
  const token = 'secret-of-the-environment'
  const outcome = await whileServing(
    [],
    async (stdout) => {
      await Promise.resolve()
      expect(stdout).toContain(token)
    },
    { token },
  )
  expect(outcome.stderr).not.toContain(token)
  const refused = await serve(['--port', '99999'], { token })
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).not.toContain(token)
})

test('beyond this machine: only with a token of their own, and with a warning', async () => {
  expect(await serve(['--host', '0.0.0.0'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/token/) as string,
  })
  const { stderr } = await whileServing(['--host', '0.0.0.0', '--token', 'a-long-enough-token'], () =>
    Promise.resolve(),
  )
  expect(stderr).toMatch(/^reprise: warning: .*plain HTTP/)
})

test('a port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const { code, stderr } = await serve(['--port', `${port}`])
  other.close()
  expect(code).toBe(2)
  expect(stderr).toMatch(/another program listens there.*--port.*invalid-argument/)
})

test('a data folder that is in use', async () => {
  openTemporary({ dataDir: fixture.dataDir, role: 'owner' })
  const { code, stderr } = await serve(['--port', '0'])
  expect(code).toBe(1)
  expect(stderr).toMatch(new RegExp(`data folder .*, process ${process.pid}: .*\\(data-folder-busy\\)\\n$`))
})
