/** `app`: paths in a temporary folder, one instance or another, and quitting in Electron's order. */
import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import type { App } from 'electron'
import { FakeEvent } from './fake-event.ts'

export class FakeApp extends EventEmitter {
  isPackaged = false
  hasLock = true
  isSandboxEnabled = false
  lockData: unknown
  exitCode: number | undefined
  readonly #paths = new Map<string, string>()
  readonly #appPath: string
  readonly #closeWindows: () => boolean
  readonly #whenReady = Promise.withResolvers<undefined>()

  /** @param closeWindows @returns whether all of them let themselves be closed */
  constructor(dir: string, appPath: string, closeWindows: () => boolean) {
    super()
    this.#appPath = appPath
    this.#closeWindows = closeWindows
    for (const name of ['appData', 'userData', 'pictures', 'crashDumps']) this.#paths.set(name, join(dir, name))
  }

  becomeReady(): void {
    this.#whenReady.resolve(undefined)
  }
  whenReady(): Promise<undefined> {
    return this.#whenReady.promise
  }
  getAppPath(): string {
    return this.#appPath
  }
  getPath(name: string): string {
    const path = this.#paths.get(name)
    if (path === undefined) throw new Error(`Failed to get '${name}' path`)
    return path
  }
  setPath(name: string, path: string): void {
    this.#paths.set(name, path)
  }
  requestSingleInstanceLock(data?: Record<string, unknown>): boolean {
    this.lockData = structuredClone(data)
    return this.hasLock
  }
  enableSandbox(): void {
    this.isSandboxEnabled = true
  }
  exit(code = 0): void {
    this.exitCode = code
    this.emit('quit')
  }
  quit(): void {
    const before = new FakeEvent()
    this.emit('before-quit', before)
    if (before.defaultPrevented || !this.#closeWindows()) return
    const will = new FakeEvent()
    this.emit('will-quit', will)
    if (!will.defaultPrevented) this.exit()
  }
}

type Used =
  | 'isPackaged'
  | 'whenReady'
  | 'getAppPath'
  | 'setPath'
  | 'requestSingleInstanceLock'
  | 'enableSandbox'
  | 'exit'
  | 'quit'
FakeApp satisfies new (...args: never[]) => Pick<App, Exclude<Used, 'whenReady'>> & { whenReady(): Promise<unknown> }
