/** `reprise models inspect`: what is in a model folder, and what is missing. */
import { resolve } from 'node:path'
import type { CliHost } from '../host.ts'
import { formatModelReport } from './model-report.ts'

/** @returns whether the model can be used */
export async function inspectModel(dir: string, { json }: { json?: boolean }, host: CliHost): Promise<boolean> {
  // loaded when asked for: the other commands leave all of the engine to its own process
  const { inspectCheckpoint } = await import('#engine/checkpoints/inspect.ts')
  const report = await inspectCheckpoint(resolve(host.workingDir, dir))
  host.stdout.write(json === true ? `${JSON.stringify(report)}\n` : formatModelReport(report))
  return report.problems.length === 0
}
