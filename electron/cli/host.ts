/** What the command line runs in: streams, folders and the engine to start. Tests give their own. */
import { existsSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { dirname, join, resolve } from 'node:path'
import { defaultDataDir } from '../services/data-folder/default-data-dir.ts'

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
  /** The built panels, if they are there. */
  pagesDir?: string | undefined
  /** Queue, history and images of commands that name no other. */
  defaultDataDir: string
  /** What the web server asks for, if it was chosen without being written into a command line. */
  token?: string | undefined
  /** Stack traces, and what the engine's libraries print. */
  debug: boolean
}

/** @param entry this program's own file: electron/cli/main.ts in a checkout, dist/reprise.js when built */
export function processHost(entry: string): CliHost {
  const fromSource = entry.endsWith('.ts')
  const packageRoot = resolve(dirname(entry), fromSource ? '../..' : '..')
  const { env } = process
  // `reprise … | head -1` closes its end early; the images are wanted all the same
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // EIO: the terminal was closed
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
    })
  }
  const token = env.REPRISE_TOKEN
  const pagesDir = join(packageRoot, 'dist/renderer')
  // engine processes get a copy of this environment, and need no secrets
  delete env.REPRISE_TOKEN
  // npm runs scripts in the package's folder and keeps in INIT_CWD where the person is
  const viaNpm = fromSource && env.npm_lifecycle_event === 'reprise'
  const workingDir = (viaNpm ? env.INIT_CWD : undefined) ?? process.cwd()
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    workingDir,
    engineEntry: join(packageRoot, fromSource ? 'electron/engine/child/main.ts' : 'dist/engine-child.js'),
    defaultModelDir: join(packageRoot, 'build/starter/model'),
    pagesDir: existsSync(join(pagesDir, 'index.html')) ? pagesDir : undefined,
    defaultDataDir: resolve(workingDir, defaultDataDir(env)),
    token: token === '' ? undefined : token,
    debug: env.REPRISE_DEBUG === '1',
  }
}
