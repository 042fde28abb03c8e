/** The command as a process: Ctrl-C, a killed command, a reader that leaves. Its engine process is a fake one. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'

const FAKE_CLI = join(import.meta.dirname, '../fixtures/engine/fake-cli.ts')

let root: string
/** Never the history of whoever runs the tests. */
let env: NodeJS.ProcessEnv
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-signals-'))
  env = { ...process.env, REPRISE_DATA_DIR: join(root, 'data') }
})
afterEach(() => rm(root, { recursive: true }))

interface Run {
  process: ChildProcessByStdio<null, Readable, Readable>
  stderr: () => string
  exit: Promise<{ code: number | null; signal: string | null }>
}

const generate = (...args: string[]): Run => reprise('generate', ...args)

function reprise(...args: string[]): Run {
  const child = spawn(process.execPath, [FAKE_CLI, ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return {
    process: child,
    stderr: () => stderr,
    exit: new Promise((resolve) => {
      child.on('close', (code, signal) => {
        resolve({ code, signal })
      })
    }),
  }
}

const firstLine = (run: Run): Promise<void> =>
  new Promise((resolve) =>
    run.process.stdout.once('data', () => {
      resolve()
    }),
  )

async function said(run: Run, text: RegExp): Promise<void> {
  while (!text.test(run.stderr())) await wait(20)
}

/** Engine processes of the run, by what Linux tells. */
async function enginesOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return children
    .split(' ')
    .filter((text) => text.trim() !== '')
    .map(Number)
}
/** A zombie has ended; only its parent has not looked yet. */
function isAlive(pid: number): Promise<boolean> {
  return readFile(`/proc/${pid}/stat`, 'utf8').then(
    (stat) => !stat.includes(') Z '),
    () => false,
  )
}
async function isGoneWithin(pid: number, limitMs: number): Promise<boolean> {
  const endMs = performance.now() + limitMs
  while (performance.now() < endMs) {
    if (!(await isAlive(pid))) return true
    await wait(20)
  }
  return false
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops after the step and keeps what is finished', async (signal) => {
  const run = generate('slow', 'b', 'c', '--seed', '1')
  await firstLine(run)
  run.process.kill(signal)
  expect(await run.exit).toEqual({ code: 130, signal: null })
  expect(run.stderr()).toMatch(/reprise: stopped: 1 of 3 images are in "reprise-out" \(cancelled\)\n$/)
  expect(await readdir(join(root, 'reprise-out'))).toEqual(['00001-1.png'])
})

test('a Ctrl-C that arrives twice is one', async () => {
  const run = generate('slow', 'b', 'c')
  await firstLine(run)
  run.process.kill('SIGINT')
  await wait(50)
  run.process.kill('SIGINT')
  await run.exit
  expect(run.stderr()).toContain('stopped: 1 of 3 images')
})

test('Ctrl-C puts back what a run of the queue has not finished', async () => {
  await reprise('queue', 'add', 'slow', 'b', 'c', '--seed', '1').exit
  const run = reprise('queue', 'run')
  await firstLine(run)
  run.process.kill('SIGINT')
  expect(await run.exit).toEqual({ code: 130, signal: null })
  expect(run.stderr()).toMatch(/reprise: stopped: \d images? made, the others are back in the queue \(cancelled\)\n$/)
  const list = reprise('queue', 'list', '--json')
  const [line] = (await once(list.process.stdout, 'data')) as [Buffer]
  const { itemCounts } = JSON.parse(line.toString()) as { itemCounts: Record<string, number> }
  expect(Object.keys(itemCounts).sort()).toEqual(['done', 'queued'])
  expect(itemCounts.done + itemCounts.queued).toBe(3)
})

test.skipIf(process.platform !== 'linux')('a second Ctrl-C ends an engine that does not answer', async () => {
  const run = generate('warn hang')
  await said(run, /warning/)
  const [engine] = await enginesOf(run.process.pid!)
  run.process.kill('SIGINT')
  await said(run, /stopping/)
  await wait(600)
  run.process.kill('SIGINT')
  expect(await run.exit).toEqual({ code: 130, signal: null })
  expect(await isGoneWithin(engine, 2_000)).toBe(true)
})

test.skipIf(process.platform !== 'linux')('a killed command leaves no engine behind', async () => {
  const run = generate('slow', 'b', 'c')
  await firstLine(run)
  const [engine] = await enginesOf(run.process.pid!)
  expect(await isAlive(engine)).toBe(true)
  run.process.kill('SIGKILL')
  expect(await isGoneWithin(engine, 5_000)).toBe(true)
})

test('a reader that leaves early does not stop the images', async () => {
  const run = generate('slow', 'b', '--seed', '1')
  run.process.stdout.destroy()
  expect(await run.exit).toEqual({ code: 0, signal: null })
  expect(await readdir(join(root, 'reprise-out'))).toHaveLength(2)
})
