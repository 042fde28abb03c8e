/**
 * The studio as people run it: served, used by a program, listed and made again by commands beside it. With the real
 * engine and the starter model.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'

const MAIN = join(import.meta.dirname, '../../electron/cli/main.ts')
const TOKEN = 'only-for-this-test'

let root: string
let env: NodeJS.ProcessEnv
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-studio-'))
  env = { ...process.env, REPRISE_DATA_DIR: join(root, 'data'), REPRISE_TOKEN: TOKEN }
})
afterEach(() => rm(root, { recursive: true }))

interface Outcome {
  code: number
  lines: Record<string, unknown>[]
  stderr: string
}

function reprise(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args, '--json'], { cwd: root, env }, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line !== '')
      resolve({
        code: error === null ? 0 : Number(error.code),
        lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
        stderr,
      })
    })
  })
}

test('a served studio makes what a command adds; its image is listed and made again, bit by bit', async () => {
  const served = spawn(process.execPath, [MAIN, 'serve', '--json', '--port', '0'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(served, 'close')
  let stderr = ''
  served.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  try {
    const [line] = (await once(createInterface(served.stdout), 'line')) as [string]
    expect(line).toMatch(new RegExp(`^\\{"url":"http://127\\.0\\.0\\.1:\\d+/","token":"${TOKEN}"\\}$`))
    const { url } = JSON.parse(line) as { url: string }
    expect((await fetch(url)).status).toBe(401)

    const added = await reprise('queue', 'add', 'mountains at sunset', '--seed', '7', '--steps', '2')
    expect(added).toMatchObject({ code: 0, stderr: '' })
    const job = async (): Promise<{ state: string }> => {
      const answer = await fetch(`${url}api/jobs.get`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ id: added.lines[0].id }),
      })
      return (await answer.json()) as { state: string }
    }
    while ((await job()).state !== 'done') await wait(50)

    const { lines } = await reprise('history', 'list')
    expect(lines).toMatchObject([{ prompt: 'mountains at sunset', seed: 7, width: 128, height: 128 }])
    const again = await reprise('reproduce', '--last')
    expect(again).toMatchObject({ code: 0, lines: [{ outcome: 'bit-exact', pixelHash: lines[0].pixelHash }] })
  } finally {
    served.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(stderr).not.toContain(TOKEN)
  }
})
