/**
 * A Stable Diffusion 1.5 of full size (make_sd15.py) beside diffusers' eager run on the same files, turn by turn:
 * node test/bench/sd15.ts DIR [--steps N] [--rounds N] [--size PX] [--threads N]. Prints one JSON line per run and
 * the ratios of the medians.
 */
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    size: { type: 'string', default: '512' },
    threads: { type: 'string', default: '2' },
  },
})
const [dir] = positionals
const { steps, size, threads } = values

interface Figures {
  loadSeconds: number
  secondsPerStep: number
  totalSeconds: number
  peakMB: number
}

function run(command: string, script: string): Figures {
  const file = path.join(import.meta.dirname, script)
  const output = execFileSync(command, [file, dir, steps, size, threads], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return JSON.parse(output.trim().split('\n').at(-1)!) as Figures
}

const runs: Record<'reprise' | 'diffusers', Figures[]> = { reprise: [], diffusers: [] }
for (let round = 0; round < Number(values.rounds); round++) {
  runs.reprise.push(run(process.execPath, 'reprise-run.ts'))
  runs.diffusers.push(run('python3', 'diffusers_run.py'))
  console.log(JSON.stringify({ round, reprise: runs.reprise[round], diffusers: runs.diffusers[round] }))
}

const median = (figures: Figures[], key: keyof Figures): number =>
  figures.map((one) => one[key]).sort((a, b) => a - b)[figures.length >> 1]
for (const key of ['secondsPerStep', 'peakMB', 'loadSeconds', 'totalSeconds'] as const) {
  const [ours, theirs] = [median(runs.reprise, key), median(runs.diffusers, key)]
  console.log(`${key}: reprise ${ours}, diffusers ${theirs}, ratio ${(ours / theirs).toFixed(2)}`)
}
