/** Builds main process and preload script as they are packaged, and runs them on the fake Electron. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import Module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { FakeElectron, type FakeElectronOptions } from './fake/fake-electron.ts'

const ROOT = join(import.meta.dirname, '../..')
const FAKE_ENGINE = join(ROOT, 'test/fixtures/engine/fake-child.ts')

export interface Launched {
  readonly electron: FakeElectron
  readonly dataDir: string
  /** Of the built files. */
  readonly buildDir: string
  /** When there is a window with a page. */
  ready(): Promise<void>
  quit(): Promise<void>
}

export interface LaunchOptions extends Partial<Pick<FakeElectronOptions, 'appPath'>> {
  /** Of main.cjs and preload.cjs; absent: built anew. */
  readonly buildDir?: string
  /** Null: the engine that the app asks for. */
  readonly engineEntry?: string | null
  readonly dataDir?: string
  readonly args?: readonly string[]
  /** Before the main process runs. */
  readonly prepare?: (electron: FakeElectron) => void
}

let built: Promise<string> | undefined
const folders: string[] = []

/** At the end of a test file. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'reprise-desktop-'))
  folders.push(dir)
  return dir
}

/** In the checkout, so that native packages are found. */
function builtDesktop(): Promise<string> {
  built ??= (async () => {
    const parent = join(ROOT, 'node_modules/.cache/reprise-desktop')
    mkdirSync(parent, { recursive: true })
    const outDir = mkdtempSync(join(parent, 'build-'))
    folders.push(outDir)
    for (const name of ['main', 'preload']) {
      await build({ configFile: join(ROOT, `build/vite.${name}.config.ts`), build: { outDir }, logLevel: 'error' })
    }
    return outDir
  })()
  return built
}

export async function launch(options: LaunchOptions = {}): Promise<Launched> {
  const buildDir = options.buildDir ?? (await builtDesktop())
  const dir = temporaryFolder()
  const dataDir = options.dataDir ?? join(dir, 'data')
  const electron = new FakeElectron({
    dir,
    appPath: options.appPath ?? ROOT,
    engineEntry: options.engineEntry === undefined ? FAKE_ENGINE : options.engineEntry,
    runPreload: (path, preloadElectron) => {
      runBundle(path, preloadElectron)
    },
  })
  for (const name of ['appData', 'pictures']) mkdirSync(join(dir, name), { recursive: true })
  mkdirSync(join(dir, 'appData', 'Reprise Desktop'))
  options.prepare?.(electron)

  const { argv } = process
  process.env.REPRISE_DATA_DIR = dataDir
  process.argv = ['electron', '.', ...(options.args ?? [])]
  try {
    runBundle(join(buildDir, 'main.cjs'), electron.main())
    electron.app.becomeReady()
    const quitting = new Promise<void>((resolve) => electron.app.once('quit', resolve))
    return {
      electron,
      dataDir,
      buildDir,
      ready: async () => {
        while (electron.windows.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      },
      quit: async () => {
        electron.app.quit()
        await quitting
      },
    }
  } finally {
    process.argv = argv
  }
}

type Load = (this: unknown, request: string, ...rest: unknown[]) => unknown

/** Runs a bundle anew, whatever ran before, with its own `electron`. */
function runBundle(path: string, electron: unknown): void {
  const loader = Module as unknown as { _load: Load }
  const load = loader._load
  const require = createRequire(path)
  Reflect.deleteProperty(require.cache, require.resolve(path))
  loader._load = function (request, ...rest) {
    return request === 'electron' ? electron : load.call(this, request, ...rest)
  }
  try {
    require(path)
  } finally {
    loader._load = load
  }
}
