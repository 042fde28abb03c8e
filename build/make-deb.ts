/**
 * A Debian package of the packaged app: `node build/make-deb.ts [out/Reprise-linux-x64]`. The app in /opt/reprise, both
 * commands, the desktop entry, icons and licences where Debian keeps them. Needs `dpkg-deb`.
 */
import { execFile } from 'node:child_process'
import { chmod, copyFile, cp, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { VERSION } from '#shared/version.ts'

const ROOT = join(import.meta.dirname, '..')
/** For Chromium; as electron-builder names them. What has a "t64" name in newer releases provides the old one. */
const DEPENDS = [
  'libgtk-3-0',
  'libnotify4',
  'libnss3',
  'libxss1',
  'libxtst6',
  'xdg-utils',
  'libatspi2.0-0',
  'libuuid1',
  'libsecret-1-0',
  'libgbm1',
  'libasound2',
]
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }
const ICON_SIZES = [16, 24, 32, 48, 64, 128, 256, 512]

export interface DebOptions {
  /** Made by `electron-forge package`. */
  readonly appDir: string
  /** PNGs by size (make-icons.ts). */
  readonly iconsDir: string
  readonly outDir: string
  /** dpkg-deb's name of it. Tests take none, which is quick. */
  readonly compression?: 'xz' | 'none'
}

/** @returns the file */
export async function makeDeb({ appDir, iconsDir, outDir, compression = 'xz' }: DebOptions): Promise<string> {
  const architecture = ARCHITECTURES[/-(\w+)$/.exec(basename(appDir))?.[1] ?? ''] as string | undefined
  if (architecture === undefined) throw new Error(`${appDir} does not say for which processor it is`)
  const tree = join(outDir, 'deb')
  const file = join(outDir, `reprise_${VERSION}_${architecture}.deb`)
  await rm(tree, { recursive: true, force: true })
  const put = async (source: string, target: string): Promise<void> => {
    await mkdir(dirname(join(tree, target)), { recursive: true })
    await copyFile(source, join(tree, target))
    await chmod(join(tree, target), 0o644)
  }

  await cp(appDir, join(tree, 'opt/reprise'), { recursive: true, verbatimSymlinks: true })
  await setModes(join(tree, 'opt/reprise'))
  // Chromium's sandbox where the system does not let everybody make namespaces
  await chmod(join(tree, 'opt/reprise/chrome-sandbox'), 0o4755)
  await mkdir(join(tree, 'usr/bin'), { recursive: true })
  await symlink('/opt/reprise/reprise-desktop', join(tree, 'usr/bin/reprise-desktop'))
  await symlink('/opt/reprise/resources/bin/reprise', join(tree, 'usr/bin/reprise'))
  await put(join(import.meta.dirname, 'linux/reprise.desktop'), 'usr/share/applications/reprise.desktop')
  await put(join(ROOT, 'LICENSE'), 'usr/share/doc/reprise/copyright')
  for (const size of ICON_SIZES) {
    await put(join(iconsDir, `${size}.png`), `usr/share/icons/hicolor/${size}x${size}/apps/reprise.png`)
  }
  await put(join(import.meta.dirname, 'icons/reprise.svg'), 'usr/share/icons/hicolor/scalable/apps/reprise.svg')

  await mkdir(join(tree, 'DEBIAN'))
  await writeFile(join(tree, 'DEBIAN/control'), control(architecture, await sizeOf(tree)))
  await promisify(execFile)('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', tree, file])
  await rm(tree, { recursive: true })
  return file
}

function control(architecture: string, sizeBytes: number): string {
  return `Package: reprise
Version: ${VERSION}
Architecture: ${architecture}
Maintainer: The Reprise maintainers <maintainers@reprise.invalid>
Section: graphics
Priority: optional
Installed-Size: ${Math.ceil(sizeBytes / 1024)}
Depends: ${DEPENDS.join(', ')}
Description: studio for Stable Diffusion images
 Makes images from prompts and pictures, and makes each of them again, bit by bit.
 Comes with a small model, and with the command "reprise".
`
}

/** Whatever mask they were made under: all may read, and run what could be run. */
async function setModes(dir: string): Promise<void> {
  await chmod(dir, 0o755)
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isSymbolicLink()) continue
    const isProgram = entry.isDirectory() || ((await stat(path)).mode & 0o100) !== 0
    await chmod(path, isProgram ? 0o755 : 0o644)
  }
}

async function sizeOf(dir: string): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

if (import.meta.main) {
  const appDir = resolve(process.argv[2] ?? join(ROOT, `out/Reprise-linux-${process.arch}`))
  const outDir = join(ROOT, 'out/installers')
  process.stdout.write(`${await makeDeb({ appDir, outDir, iconsDir: join(ROOT, 'out/stage/icons') })}\n`)
}
