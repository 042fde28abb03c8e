/**
 * For tests: whole command lines in this process, with a real engine process that only plays the engine. Each test has
 * folders of its own, which go away after it.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterEach, beforeEach } from 'vitest'
import type { CliHost } from '../host.ts'
import { runCli } from '../program.ts'

const FAKE_CHILD = join(import.meta.dirname, '../../../test/fixtures/engine/fake-child.ts')

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

export interface CliFixture {
  /** Where commands run. */
  readonly workingDir: string
  readonly dataDir: string
  readonly reprise: (args: readonly string[], changes?: Partial<CliHost>) => Promise<Outcome>
  /** The same, with --json: exit code 0 is expected. */
  readonly json: (...args: string[]) => Promise<Record<string, unknown>[]>
}

export function cliFixture(): CliFixture {
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'reprise-cli-'))
    for (const name of ['work', 'model']) mkdirSync(join(root, name))
  })
  afterEach(() => {
    rmSync(root, { recursive: true })
  })

  const reprise: CliFixture['reprise'] = async (args, changes = {}) => {
    const [stdout, stderr] = [collect(), collect()]
    const code = await runCli(args, {
      stdin: Readable.from([]),
      stdout: stdout.stream,
      stderr: stderr.stream,
      workingDir: join(root, 'work'),
      engineEntry: FAKE_CHILD,
      defaultModelDir: join(root, 'model'),
      defaultDataDir: join(root, 'data'),
      debug: false,
      ...changes,
    })
    return { code, stdout: stdout.text(), stderr: stderr.text() }
  }
  return {
    get workingDir() {
      return join(root, 'work')
    },
    get dataDir() {
      return join(root, 'data')
    },
    reprise,
    json: async (...args) => {
      const { code, stdout, stderr } = await reprise([...args, '--json'])
      if (code !== 0) throw new Error(`reprise ${args.join(' ')} exited with ${code}: ${stderr}`)
      return jsonLines(stdout)
    },
  }
}

export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** A stream, and what was written to it so far. */
export function collect(): { stream: PassThrough; text: () => string } {
  const stream = new PassThrough()
  let text = ''
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return { stream, text: () => text }
}
