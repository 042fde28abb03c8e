/** What the command line runs in: streams, folders and the engine to start. Tests give their own. */
import type { Readable, Writable } from 'node:stream'
import { dirname, join, resolve } from 'node:path'

type Terminal = Writable & { isTTY?: boolean; columns?: number }

export interface CliHost {
  stdin: Readable
  stdout: Terminal
  stderr: Terminal
  /** What relative paths are relative to. */
  workingDir: string
  /** The engine process's entry file. */
  engineEntry: string
  /** The starter model. */
  defaultModelDir: string
  /** Stack traces, and what the engine's libraries print. */
  debug: boolean
}

/** @param entry this program's own file: electron/cli/main.ts in a checkout, dist/reprise.js when built */
export function processHost(entry: string): CliHost {
  const fromSource = entry.endsWith('.ts')
  const packageRoot = resolve(dirname(entry), fromSource ? '../..' : '..')
  const { env } = process
  // `reprise … | head -1` closes its end early; the images are wanted all the same
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  // npm runs scripts in the package's folder and keeps in INIT_CWD where the person is
  const viaNpm = fromSource && env.npm_lifecycle_event === 'reprise'
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    workingDir: (viaNpm ? env.INIT_CWD : undefined) ?? process.cwd(),
    engineEntry: join(packageRoot, fromSource ? 'electron/engine/child/main.ts' : 'dist/engine-child.js'),
    defaultModelDir: join(packageRoot, 'build/starter/model'),
    debug: env.REPRISE_DEBUG === '1',
  }
}
