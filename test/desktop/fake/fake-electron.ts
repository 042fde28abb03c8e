/**
 * Electron without Electron: enough of its API, with its types, to run the built main process and preload script in a
 * test. What Chromium does (enforcing sandbox and policies, drawing) is not in it.
 */
import { EventEmitter } from 'node:events'
import { basename } from 'node:path'
import type {
  BrowserWindowConstructorOptions,
  CustomScheme,
  Dialog,
  IpcMainInvokeEvent,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  Protocol,
  Session,
  Shell,
} from 'electron'
import type { DesktopBridge } from '#shared/contract/desktop-bridge.ts'
import { FakeApp } from './fake-app.ts'
import { FakeUtilityProcess } from './fake-utility-process.ts'
import { FakeContents, FakeWindow } from './fake-window.ts'

type IpcHandler = (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown
type PermissionRequest = Parameters<NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>>

type NetworkListener = (details: unknown, callback: (response: { cancel?: boolean }) => void) => void

export interface Frame {
  readonly url: string
  readonly parent: unknown
}

export interface FakeElectronOptions {
  readonly dir: string
  readonly appPath: string
  /** Runs the built preload script, with this as its `electron`. */
  readonly runPreload: (path: string, electron: unknown) => void
  /** What runs in place of the engine. */
  readonly engineEntry: string | null
}

export class FakeElectron {
  /** Calls that leave the app. */
  readonly log: { readonly name: string; readonly args: unknown[] }[] = []
  readonly windows: FakeWindow[] = []
  readonly ipcHandlers = new Map<string, IpcHandler>()
  readonly children: FakeUtilityProcess[] = []
  readonly privileged: CustomScheme[] = []
  readonly bridges = new WeakMap<FakeContents, DesktopBridge>()
  /** Told of each of them as it is made. */
  onCall: ((name: string) => void) | undefined
  readonly #paths = new WeakMap<File, string>()
  /** Of message boxes, by the label of a button; the one asked last stays. */
  messageBoxAnswers: string[] = []
  openDialogPaths: string[] = []
  saveDialogPath = ''
  hasKeyring = true
  menu: MenuItemConstructorOptions[] = []
  displays = [{ workArea: { x: 0, y: 0, width: 1_920, height: 1_080 } }]
  readonly #options: FakeElectronOptions
  readonly #schemes = new Map<string, Parameters<Protocol['handle']>[1]>()
  #networkListener: NetworkListener | undefined
  #networkUrls: readonly string[] = []
  #permission: { request?: (...args: PermissionRequest) => void; check?: (...args: unknown[]) => boolean } = {}
  isDeviceAllowed: (() => boolean) | undefined

  readonly app: FakeApp
  constructor(options: FakeElectronOptions) {
    this.#options = options
    this.app = new FakeApp(options.dir, options.appPath, () => {
      for (const window of this.windows) if (!window.isClosed) window.close()
      return this.windows.every(({ isClosed }) => isClosed)
    })
  }

  /** What `require('electron')` gives to the main process. */
  main(): Record<string, unknown> {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- for the classes below
    const fake = this
    class BrowserWindow extends FakeWindow {
      constructor(options: BrowserWindowConstructorOptions) {
        const contents = new FakeContents((loaded) => {
          fake.#loadPreload(options.webPreferences?.preload ?? '', loaded)
        })
        super(options, contents)
        fake.windows.push(this)
        this.once('closed', () => {
          if (fake.windows.every(({ isClosed }) => isClosed)) setImmediate(() => fake.app.emit('window-all-closed'))
        })
        fake.app.emit('web-contents-created', {}, contents)
      }
    }
    return {
      app: this.app,
      BrowserWindow,
      screen: { getPrimaryDisplay: () => this.displays[0], getAllDisplays: () => this.displays },
      ipcMain: {
        handle: (channel: string, handler: IpcHandler) => {
          if (this.ipcHandlers.has(channel)) throw new Error(`a second handler for '${channel}'`)
          this.ipcHandlers.set(channel, handler)
        },
      },
      protocol: {
        registerSchemesAsPrivileged: (schemes: CustomScheme[]) => {
          this.privileged.push(...schemes)
        },
        handle: (scheme, handler) => {
          this.#schemes.set(scheme, handler)
        },
      } satisfies Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'>,
      session: {
        defaultSession: this.#session(),
        fromPartition: (partition: string) => ({
          fetch: (url: string) => {
            this.#note('session.fetch', [partition, url])
            return Promise.reject(new Error('no network in tests'))
          },
        }),
      },
      utilityProcess: {
        fork: (entry: string, _args: string[], options: Electron.ForkOptions) => {
          this.log.push({ name: 'fork', args: [entry, options] })
          const child = new FakeUtilityProcess(this.#options.engineEntry ?? entry, options)
          this.children.push(child)
          return child
        },
      },
      dialog: {
        showOpenDialog: (...args: unknown[]) => {
          this.#note('showOpenDialog', args)
          return Promise.resolve({ canceled: this.openDialogPaths.length === 0, filePaths: this.openDialogPaths })
        },
        showSaveDialog: (...args: unknown[]) => {
          this.#note('showSaveDialog', args)
          return Promise.resolve({ canceled: this.saveDialogPath === '', filePath: this.saveDialogPath })
        },
        showMessageBox: (...args: unknown[]) => {
          this.#note('showMessageBox', args)
          const { buttons = [] } = args.at(-1) as MessageBoxOptions
          const wanted = this.messageBoxAnswers.shift()
          const response = wanted === undefined ? buttons.length - 1 : buttons.indexOf(wanted)
          return Promise.resolve({ response, checkboxChecked: false })
        },
      } satisfies Partial<Record<keyof Dialog, unknown>>,
      shell: {
        openExternal: (url) => {
          this.#note('openExternal', [url])
          return Promise.resolve()
        },
        openPath: (path) => {
          this.#note('openPath', [path])
          return Promise.resolve('')
        },
        showItemInFolder: (path) => {
          this.#note('showItemInFolder', [path])
        },
      } satisfies Partial<Shell>,
      nativeImage: { createFromBuffer: (buffer: Buffer) => ({ buffer, isEmpty: () => buffer.length === 0 }) },
      safeStorage: {
        isAsyncEncryptionAvailable: () => Promise.resolve(true),
        getSelectedStorageBackend: () => (this.hasKeyring ? 'gnome_libsecret' : 'basic_text'),
        encryptStringAsync: (text: string) => Promise.resolve(Buffer.from(text).reverse()),
        decryptStringAsync: (bytes: Buffer) =>
          Promise.resolve({ shouldReEncrypt: false, result: Buffer.from(bytes).reverse().toString() }),
      },
      crashReporter: {
        start: (options: unknown) => {
          this.#note('crashReporter.start', [options])
        },
      },
      Menu: {
        buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
        setApplicationMenu: (menu: MenuItemConstructorOptions[]) => {
          this.menu = menu
        },
      },
    }
  }

  get window(): FakeWindow {
    return this.windows.findLast(({ isClosed }) => !isClosed)!
  }
  get page(): DesktopBridge {
    return this.bridges.get(this.window.webContents)!
  }

  /** As a page has a file that was dropped on it. */
  fileAt(path: string): File {
    const file = new File([], basename(path))
    this.#paths.set(file, path)
    return file
  }

  logged(name: string): unknown[][] {
    return this.log.filter((entry) => entry.name === name).map(({ args }) => args)
  }

  /** As a page would ask for it. */
  async fetch(url: string, init?: RequestInit): Promise<Response> {
    const { protocol } = new URL(url)
    const handler = this.#schemes.get(protocol.slice(0, -1))
    if (handler === undefined) throw new Error(`net::ERR_UNKNOWN_URL_SCHEME ${url}`)
    return await handler(new Request(url, init))
  }

  /** A message from any frame of a window. */
  async invoke(contents: FakeContents, frame: Frame | null, channel: string, ...args: unknown[]): Promise<unknown> {
    const handler = this.ipcHandlers.get(channel)
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
    const event = { sender: contents, senderFrame: frame } as unknown as IpcMainInvokeEvent
    return structuredClone(await handler(event, ...structuredClone(args)))
  }

  mayRequest(url: string): boolean {
    const { protocol } = new URL(url)
    if (!this.#networkUrls.some((pattern) => pattern.startsWith(`${protocol}//`))) return true
    let isCancelled = false
    this.#networkListener?.({ url }, ({ cancel }) => (isCancelled = cancel === true))
    return !isCancelled
  }

  isPermitted(permission: string, url: string): { request: boolean; check: boolean } {
    let request = false
    const [name, details] = [permission, { requestingUrl: url }] as unknown as [
      PermissionRequest[1],
      PermissionRequest[3],
    ]
    this.#permission.request?.(undefined as never, name, (granted) => (request = granted), details)
    return { request, check: this.#permission.check?.(null, permission, url, {}) ?? true }
  }

  #session(): Record<string, unknown> {
    return {
      setPermissionRequestHandler: (handler: (...args: PermissionRequest) => void) => {
        this.#permission.request = handler
      },
      setPermissionCheckHandler: (handler: (...args: unknown[]) => boolean) => {
        this.#permission.check = handler
      },
      setDevicePermissionHandler: (handler: () => boolean) => {
        this.isDeviceAllowed = handler
      },
      webRequest: {
        onBeforeRequest: ({ urls }: { urls: string[] }, listener: NetworkListener) => {
          this.#networkUrls = urls
          this.#networkListener = listener
        },
      },
    }
  }

  #note(name: string, args: unknown[]): void {
    this.log.push({ name, args })
    this.onCall?.(name)
  }

  #loadPreload(path: string, contents: FakeContents): void {
    const ipcRenderer = new EventEmitter()
    contents.receive = (channel, message) => ipcRenderer.emit(channel, {}, message)
    this.#options.runPreload(path, {
      ipcRenderer: Object.assign(ipcRenderer, {
        invoke: (channel: string, ...args: unknown[]) =>
          this.invoke(contents, { url: contents.url, parent: null }, channel, ...args),
      }),
      webUtils: { getPathForFile: (file: File) => this.#paths.get(file) ?? '' },
      contextBridge: {
        exposeInMainWorld: (name: string, bridge: DesktopBridge) => {
          if (name !== 'reprise' || !Object.isFrozen(bridge)) throw new Error('this is not the bridge')
          this.bridges.set(contents, bridge)
        },
      },
    })
  }
}
