/** How many threads ONNX Runtime computes with if nothing else is asked for: one per physical core. */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

let known: number | undefined

/** Where the system does not tell cores from hardware threads, the latter. Never changes an image; history keeps it. */
export function defaultThreadCount(): number {
  known ??= Math.min(physicalCores() ?? Infinity, availableParallelism())
  return known
}

/** Linux: distinct pairs of socket and core. */
function physicalCores(): number | undefined {
  try {
    const cores = readFileSync('/proc/cpuinfo', 'utf8')
      .split('\n\n')
      .map((cpu) => `${/^physical id\s*: (\d+)/m.exec(cpu)?.[1]} ${/^core id\s*: (\d+)/m.exec(cpu)?.[1]}`)
      .filter((core) => !core.includes('undefined'))
    return cores.length === 0 ? undefined : new Set(cores).size
  } catch {
    return undefined
  }
}
