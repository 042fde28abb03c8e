/**
 * `utilityProcess` over forked Node processes: messages by structured clone, `process.parentPort` in the child
 * (utility-shim.ts), and Electron's oddities at the end of one (see electron/main/utility-child.ts).
 */
import { fork, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { constants } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { pathToFileURL } from 'node:url'
import type { ForkOptions, UtilityProcess } from 'electron'

const SHIM = join(import.meta.dirname, 'utility-shim.ts')

export class FakeUtilityProcess extends EventEmitter {
  pid: number | undefined
  stdout: PassThrough | null = new PassThrough()
  stderr: PassThrough | null = new PassThrough()
  readonly #child: ChildProcess

  constructor(entry: string, options: ForkOptions) {
    super()
    if (options.stdio !== 'pipe') throw new Error('the fake only knows pipes')
    this.#child = fork(entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--import', pathToFileURL(SHIM).href],
    })
    // read as late as it may be: what a process printed last often comes after its end is told
    const outputs = [
      { from: this.#child.stdout!, to: this.stdout!, chunks: [] as Buffer[] },
      { from: this.#child.stderr!, to: this.stderr!, chunks: [] as Buffer[] },
    ]
    for (const { from, chunks } of outputs) from.on('data', (chunk: Buffer) => chunks.push(chunk))
    this.#child.once('close', () => {
      setImmediate(() => {
        for (const { to, chunks } of outputs) to.end(Buffer.concat(chunks))
      })
    })
    this.#child.on('spawn', () => {
      this.pid = this.#child.pid
      this.emit('spawn')
    })
    this.#child.on('message', (message) => this.emit('message', message))
    this.#child.on('exit', (code, signal) => {
      this.pid = undefined
      try {
        this.emit('exit', signal === null ? code : constants.signals[signal])
      } finally {
        this.stdout?.removeAllListeners()
        this.stderr?.removeAllListeners()
        this.stdout = null
        this.stderr = null
      }
    })
  }
  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(structuredClone(message) as object, () => undefined)
  }
  kill(): boolean {
    return this.#child.kill('SIGTERM')
  }
}
FakeUtilityProcess satisfies new (...args: never[]) => Pick<UtilityProcess, 'pid' | 'postMessage' | 'kill'>
