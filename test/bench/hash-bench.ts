/**
 * Whether hashing model files in the background slows a generation: the same job, turn by turn, with 4 GB waiting to be
 * hashed and without; in the studio that hashes, and by a command beside it. Run: node test/bench/hash-bench.ts [ROUNDS]
 */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openStudio } from '../../electron/services/studio/open-studio.ts'
import { forkNodeChild } from '../../electron/supervisor/node-child.ts'

const ROOT = join(import.meta.dirname, '../..')
const CLI = join(ROOT, 'electron/cli/main.ts')
const FILES = 4
const FILE_BYTES = 1e9
const STEPS = 20
const IMAGES = 1
const rounds = Number(process.argv[2] ?? 5)

const dir = mkdtempSync(join(tmpdir(), 'reprise-hash-'))
const models = join(dir, 'models')
mkdirSync(models)
const paths = Array.from({ length: FILES }, (_, at) => join(models, `${at}.safetensors`))
for (const path of paths) {
  const header = JSON.stringify({ a: { dtype: 'U8', shape: [FILE_BYTES], data_offsets: [0, FILE_BYTES] } }).padEnd(120)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  writeFileSync(path, Buffer.concat([length, Buffer.from(header)]))
  truncateSync(path, length.length + header.length + FILE_BYTES)
}

const studio = await openStudio({
  dataDir: join(dir, 'data'),
  starterModelDir: join(ROOT, 'build/starter/model'),
  startChild: () => forkNodeChild(join(ROOT, 'electron/engine/child/main.ts')),
})
const { client, bus } = studio

async function inStudio(): Promise<number> {
  const beganMs = performance.now()
  const items = Array.from({ length: IMAGES }, (_, seed) => ({ prompt: 'a red house', seed: String(seed) }))
  const { id } = await client.jobs.add({ settings: { numInferenceSteps: STEPS }, items })
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const stop = bus.listen((event) => {
    if (event.name === 'job.changed' && event.payload.job.id === id && event.payload.job.state === 'done') {
      resolve(undefined)
    }
  })
  await promise
  stop()
  return performance.now() - beganMs
}

async function besideStudio(): Promise<number> {
  const beganMs = performance.now()
  const settings = ['--images-per-prompt', String(IMAGES), '--steps', String(STEPS), '--seed', '0', '--no-history']
  await promisify(execFile)(process.execPath, [CLI, 'generate', 'a red house', ...settings], { cwd: dir })
  return performance.now() - beganMs
}

/** Files that look new, so that nothing is known of them. */
async function beginHashing(): Promise<void> {
  for (const path of paths) utimesSync(path, new Date(), new Date())
  await client.models.addFolder({ path: models })
}

const waiting = async (): Promise<number> =>
  (await client.modelFiles.list({})).filter(({ hashState }) => hashState === 'waiting').length

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]

try {
  for (const [where, generate] of Object.entries({ inStudio, besideStudio })) {
    await generate()
    const taken: Record<'without' | 'with', number[]> = { without: [], with: [] }
    for (let round = 0; round < rounds; round++) {
      let left = 0
      // who comes first changes: a machine has moods
      for (const turn of round % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const)) {
        if (turn === 'with') await beginHashing()
        taken[turn].push(await generate())
        if (turn === 'without') continue
        left = await waiting()
        await client.models.removeFolder({ path: models })
      }
      const [without, hashing] = [taken.without[round], taken.with[round]].map(Math.round)
      console.log(
        `${where}, round ${round}: ${without} ms without, ${hashing} ms with; ${left} of ${FILES} still waiting`,
      )
    }
    const ratios = taken.with.map((ms, round) => ms / taken.without[round])
    console.log(
      `${where}: medians ${Math.round(median(taken.without))} and ${Math.round(median(taken.with))} ms, ` +
        `fastest ${Math.round(Math.min(...taken.without))} and ${Math.round(Math.min(...taken.with))} ms, ` +
        `median ratio ${median(ratios).toFixed(3)}`,
    )
  }
} finally {
  await studio.close()
  rmSync(dir, { recursive: true, force: true })
}
