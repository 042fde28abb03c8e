/**
 * A real queue on the starter model, whose host or engine is killed (SIGKILL) at random moments, again and again; the
 * data folder is looked at after each, and after each restart. In the end every image that the queue finished is
 * compared with one of an undisturbed run.
 *
 *     node test/integration/kill/kill-run.ts --kills 200 --seed 1
 *
 * kill.test.ts runs a short one.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { tally, type Tally } from './tally.ts'

const ROOT = join(import.meta.dirname, '../../..')
const CLI = join(ROOT, 'electron/cli/main.ts')
/** Images of one job; another is added when it is used up. */
const JOB_IMAGES = 400
const PROMPT = 'a red house in the snow'
const STEPS = 8
/** Some hosts are killed before they are up. */
const START_MS = 1_500
/** From nothing to several images after the engine is up. */
const MAX_DELAY_MS = 4_000

export interface KillRunOptions {
  kills: number
  /** Of the random moments and victims. */
  seed: number
  log?: (line: string) => void
}

export interface KillRunResult {
  hostKills: number
  engineKills: number
  imageCount: number
  /** Items that the engine died with twice, and that were run again by hand. */
  setAsideCount: number
  faults: string[]
}

export async function killRun({ kills, seed, log = () => undefined }: KillRunOptions): Promise<KillRunResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'reprise-kill-'))
  const random = randomNumbers(seed)
  const result: KillRunResult = { hostKills: 0, engineKills: 0, imageCount: 0, setAsideCount: 0, faults: [] }
  const known = new Set<string>()
  let before: ReadonlyMap<string, string> = new Map()
  let jobs = 0

  const look = async (when: string, { mayHaveOrphans = false } = {}): Promise<Tally> => {
    const seen = await tally(dataDir, { known })
    result.faults.push(...seen.faults.map((fault) => `${when}: ${fault}`))
    if (!mayHaveOrphans) result.faults.push(...seen.orphans.map((file) => `${when}: ${file} has no row`))
    for (const [imageSeed, hash] of before) {
      if (seen.hashes.get(imageSeed) !== hash) result.faults.push(`${when}: the image of seed ${imageSeed} was lost`)
    }
    before = seen.hashes
    return seen
  }
  const fillQueue = async (items: Readonly<Partial<Record<string, number>>> = {}): Promise<void> => {
    if ((items.queued ?? 0) > 40) return
    const first = jobs++ * JOB_IMAGES
    await reprise(dataDir, [
      'queue',
      'add',
      PROMPT,
      '--images-per-prompt',
      `${JOB_IMAGES}`,
      '--seed',
      `${first}`,
      '--steps',
      `${STEPS}`,
    ])
  }

  await fillQueue()
  while (result.hostKills + result.engineKills < kills) {
    const host = startHost(dataDir)
    const next = `kill ${result.hostKills + result.engineKills + 1}`
    if (random() < 0.2) await wait(random() * START_MS)
    else {
      await host.up
      await look(`restarted before ${next}`)
      await wait(random() * MAX_DELAY_MS)
    }
    if (random() < 0.5 && killEngineOf(host)) {
      result.engineKills++
      await wait(random() * MAX_DELAY_MS)
    }
    await kill(host.process)
    result.hostKills++
    const seen = await look(next, { mayHaveOrphans: true })
    log(`${next}: ${seen.hashes.size} images, ${JSON.stringify(seen.items)}, ${result.faults.length} faults`)
    await fillQueue(seen.items)
  }

  // no more kills: the queue must go on by itself, and mend what the last one left
  const host = startHost(dataDir)
  await host.up
  const resumed = await look('after the last restart')
  result.setAsideCount = await retrySetAside(dataDir)
  await waitForImages(dataDir, resumed.hashes.size + 8)
  host.process.kill('SIGTERM')
  await once(host.process, 'exit')
  const last = await look('at the end')
  if ((last.items.running ?? 0) > 0) result.faults.push('at the end: an item is running, and nothing runs')
  result.imageCount = last.hashes.size
  result.faults.push(...(await compareWithUndisturbed(last.hashes, log)))
  rmSync(dataDir, { recursive: true, force: true })
  return result
}

interface Host {
  readonly process: ChildProcess
  /** It has said its address: the check at its start is done. */
  readonly up: Promise<unknown>
}

function startHost(dataDir: string): Host {
  const child = spawn(process.execPath, [CLI, 'serve', '--port', '0', '--json', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = once(child, 'exit').then(([code]) => {
    // null: killed, which is what this is about
    if (code !== null && code !== 0) throw new Error(`the host ended by itself (${String(code)}): ${said}`)
  })
  const up = Promise.race([once(createInterface(child.stdout), 'line'), ended])
  up.catch(() => undefined)
  return { process: child, up }
}

async function kill(child: ChildProcess): Promise<void> {
  const engines = childrenOf(child.pid!)
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  // an engine follows its host: two on one device would be one too many
  for (const pid of engines) {
    const since = performance.now()
    while (isAlive(pid)) {
      if (performance.now() - since > 10_000) throw new Error(`engine ${pid} outlives its host`)
      await wait(20)
    }
  }
}

/** @returns whether there was one */
function killEngineOf(host: Host): boolean {
  const engine = childrenOf(host.process.pid!).at(0)
  if (engine === undefined) return false
  process.kill(engine, 'SIGKILL')
  return true
}

/** Process ids whose parent this is (Linux). */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => parentOf(other) === pid)
}

function parentOf(pid: number): number | undefined {
  try {
    // the name in parentheses may hold anything; state and parent come after its end
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    // a process that ended and was not waited for is in state Z
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function retrySetAside(dataDir: string): Promise<number> {
  const { items } = await tally(dataDir)
  if (items['set-aside'] === undefined) return 0
  const jobs = (await reprise(dataDir, ['queue', 'list', '--json'])).trim().split('\n')
  for (const line of jobs) {
    const job = JSON.parse(line) as { id: number; itemCounts: Partial<Record<string, number>> }
    if (job.itemCounts['set-aside'] !== undefined) await reprise(dataDir, ['queue', 'retry', `${job.id}`])
  }
  return items['set-aside']
}

async function waitForImages(dataDir: string, count: number): Promise<void> {
  const since = performance.now()
  for (;;) {
    if ((await tally(dataDir)).hashes.size >= count) return
    if (performance.now() - since > 120_000) throw new Error('the queue does not go on')
  }
}

/** @returns faults */
async function compareWithUndisturbed(
  hashes: ReadonlyMap<string, string>,
  log: (line: string) => void,
): Promise<string[]> {
  const imageCount = Math.max(...[...hashes.keys()].map(Number)) + 1
  const out = mkdtempSync(join(tmpdir(), 'reprise-undisturbed-'))
  log(`making ${imageCount} images undisturbed`)
  const args = ['generate', PROMPT, '--images-per-prompt', `${imageCount}`, '--seed', '0', '--steps', `${STEPS}`]
  const lines = await run([...args, '--no-history', '--json', '--out', out])
  rmSync(out, { recursive: true })
  const expected = new Map(
    lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { seed: number; pixelHash: string })
      .map(({ seed, pixelHash }) => [String(seed), pixelHash]),
  )
  return [...hashes]
    .filter(([seed, hash]) => expected.get(seed) !== hash)
    .map(([seed]) => `the image of seed ${seed} is not that of an undisturbed run`)
}

function reprise(dataDir: string, args: string[]): Promise<string> {
  return run([...args, '--data-dir', dataDir])
}

/** @returns what it printed */
async function run(args: string[]): Promise<string> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`reprise ${args.slice(0, 2).join(' ')} ended with ${code}`)
  return out
}

/** Mulberry32: the same moments for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
  })
  const log = (line: string): void => void process.stdout.write(`${line}\n`)
  const result = await killRun({ kills: Number(values.kills), seed: Number(values.seed), log })
  log(JSON.stringify(result, null, 2))
  process.exitCode = result.faults.length === 0 ? 0 : 1
}
