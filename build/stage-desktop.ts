/** What the desktop app needs besides its bundles: panels, command line, icons, licences. Made before it is packaged or run. */
import { chmod, copyFile, cp, link, mkdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'vite'
import { collectLicences } from './collect-licences.ts'
import { makeIcons } from './make-icons.ts'

const ROOT = join(import.meta.dirname, '..')
/** Ignored by git, and not packaged itself. */
const STAGE = join(ROOT, 'out/stage')

export const STAGED = {
  icons: join(STAGE, 'icons'),
  /** Become resources of the packaged app. */
  bin: join(STAGE, 'bin'),
  licences: join(STAGE, 'THIRD-PARTY-LICENSES.txt'),
}

export async function stageDesktop(): Promise<void> {
  for (const name of ['node', 'renderer']) {
    await build({ configFile: join(import.meta.dirname, `vite.${name}.config.ts`), logLevel: 'warn' })
  }
  await rm(STAGE, { recursive: true, force: true })
  await mkdir(STAGED.bin, { recursive: true })
  await makeIcons(STAGED.icons)
  const { path, version } = commandLineNode()
  await writeFile(STAGED.licences, collectLicences(ROOT, version))

  const isWindows = process.platform === 'win32'
  const launcher = isWindows ? 'reprise.cmd' : 'reprise'
  await cp(join(import.meta.dirname, 'launcher', launcher), join(STAGED.bin, launcher))
  const node = join(STAGED.bin, isWindows ? 'node.exe' : 'node')
  // 120 MB that need not be there twice
  await link(path, node).catch(() => copyFile(path, node))
  if (!isWindows) await chmod(join(STAGED.bin, launcher), 0o755)
}

/** The Node of devDependencies: the version that all tests ran on. */
function commandLineNode(): { path: string; version: string } {
  const file = createRequire(import.meta.url).resolve('node/package.json')
  const { version } = createRequire(import.meta.url)(file) as { version: string }
  return { path: join(dirname(file), 'bin', process.platform === 'win32' ? 'node.exe' : 'node'), version }
}
