/** `reprise serve` in a process of its own, on a data folder of its own, with the real engine and the starter model. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ContractClient } from '#shared/contract/contract.ts'
import { connectHttp } from '../contract/connect-http.ts'

const ENTRY = join(import.meta.dirname, 'serve-pages.ts')
const TOKEN = 'only-for-these-tests'

export class ServedStudio {
  readonly #pagesDir: string
  readonly #dir: string
  #process: ChildProcess | undefined
  #port = 0
  #stderr = ''
  #client: ContractClient | undefined

  private constructor(pagesDir: string, dir: string) {
    this.#pagesDir = pagesDir
    this.#dir = dir
  }

  /** @param prepare puts things into the data folder before anything runs on it */
  static async start(pagesDir: string, prepare?: (dataDir: string) => Promise<void>): Promise<ServedStudio> {
    const studio = new ServedStudio(pagesDir, await mkdtemp(join(tmpdir(), 'reprise-e2e-')))
    await prepare?.(studio.dataDir)
    await studio.start()
    return studio
  }

  /** Its calls over HTTP: what the panels show is compared with what the studio says. */
  get client(): ContractClient {
    if (this.#client === undefined) throw new Error('the studio was not started')
    return this.#client
  }

  get dataDir(): string {
    return join(this.#dir, 'data')
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`
  }

  /** Signs a browser in. */
  get signInUrl(): string {
    return `${this.url}?token=${TOKEN}`
  }

  /** After the first time on the same port, so that open pages find it again. */
  async start(): Promise<void> {
    const args = [this.#pagesDir, 'serve', '--json', '--port', `${this.#port}`, '--data-dir', this.dataDir]
    const served = spawn(process.execPath, [ENTRY, ...args], {
      env: { ...process.env, REPRISE_TOKEN: TOKEN },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = served
    served.stderr.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()))
    const line = await Promise.race([
      once(createInterface(served.stdout), 'line').then(([first]) => String(first)),
      once(served, 'close').then(() => undefined),
    ])
    if (line === undefined) throw new Error(`reprise serve ended at once: ${this.#stderr}`)
    const { url } = JSON.parse(line) as { url: string }
    this.#port = Number(new URL(url).port)
    this.#client = connectHttp({ url, token: TOKEN }).client
  }

  /** As Ctrl-C does. */
  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  /** As a power cut does, as far as a process can see it. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** The process that computes. @throws if there is none at the moment */
  killEngine(): void {
    const pid = this.#process?.pid ?? 0
    const [engine] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
    if (engine === '') throw new Error('no engine runs')
    process.kill(Number(engine), 'SIGKILL')
  }

  /** At the end of a test. */
  async remove(): Promise<void> {
    await this.stop()
    await rm(this.#dir, { recursive: true, force: true, maxRetries: 5 })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const ended = this.#process
    if (ended === undefined) return
    this.#process = undefined
    const closed = once(ended, 'close')
    ended.kill(signal)
    await closed
  }
}
