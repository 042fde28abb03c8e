/** `BrowserWindow` and its contents, which load the built preload script as Electron does: before each page. */
import { EventEmitter } from 'node:events'
import type { BrowserWindow, BrowserWindowConstructorOptions, Item, Rectangle, WebContents } from 'electron'
import { FakeEvent } from './fake-event.ts'

type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0]

export class FakeContents extends EventEmitter {
  url = ''
  openHandler: OpenHandler | undefined
  readonly drags: Item[] = []
  reloadCount = 0
  /** What the page's preload script listens to. */
  receive: ((channel: string, message: unknown) => void) | undefined
  readonly #loadPreload: (contents: FakeContents) => void

  constructor(loadPreload: (contents: FakeContents) => void) {
    super()
    this.#loadPreload = loadPreload
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler
  }
  send(channel: string, ...args: unknown[]): void {
    const [message] = structuredClone(args)
    // messages are delivered later, and in order
    setImmediate(() => this.receive?.(channel, message))
  }
  startDrag(item: Item): void {
    this.drags.push(item)
  }
  isDestroyed(): boolean {
    return false
  }
  load(url: string): void {
    this.url = url
    this.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false, url })
    this.receive = undefined
    this.#loadPreload(this)
  }
  reload(): void {
    this.reloadCount += 1
    this.load(this.url)
  }
}
FakeContents satisfies new (...args: never[]) => Pick<WebContents, 'send' | 'startDrag' | 'isDestroyed' | 'reload'>

export class FakeWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions
  readonly webContents: FakeContents
  readonly shown: string[] = []
  progress = -1
  isClosed = false
  minimized = false
  bounds: Rectangle = { x: 10, y: 20, width: 900, height: 700 }

  constructor(options: BrowserWindowConstructorOptions, contents: FakeContents) {
    super()
    this.options = options
    this.webContents = contents
  }
  loadURL(url: string): Promise<void> {
    this.webContents.load(url)
    setImmediate(() => this.emit('ready-to-show'))
    return Promise.resolve()
  }
  show(): void {
    this.shown.push('show')
  }
  focus(): void {
    this.shown.push('focus')
  }
  restore(): void {
    this.shown.push('restore')
  }
  maximize(): void {
    this.shown.push('maximize')
  }
  setFullScreen(): void {
    this.shown.push('full screen')
  }
  isMinimized(): boolean {
    return this.minimized
  }
  isMaximized(): boolean {
    return this.shown.includes('maximize')
  }
  isFullScreen(): boolean {
    return false
  }
  isDestroyed(): boolean {
    return this.isClosed
  }
  getNormalBounds(): Rectangle {
    return this.bounds
  }
  setProgressBar(progress: number): void {
    this.progress = progress
  }
  /** By the person, or because the app ends. */
  close(): void {
    const event = new FakeEvent()
    this.emit('close', event)
    if (event.defaultPrevented) return
    this.isClosed = true
    this.emit('closed')
  }
}
type Used =
  | 'loadURL'
  | 'show'
  | 'focus'
  | 'restore'
  | 'maximize'
  | 'setFullScreen'
  | 'isMinimized'
  | 'isMaximized'
  | 'isFullScreen'
  | 'isDestroyed'
  | 'getNormalBounds'
  | 'setProgressBar'
  | 'close'
FakeWindow satisfies new (...args: never[]) => Pick<BrowserWindow, Used>
