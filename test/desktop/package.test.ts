/**
 * The app packaged on a stand-in for Electron's distribution, and run outside of the checkout: the command line as it
 * is, main process and engine over the fake Electron.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { extractFile, listPackage } from '@electron/asar'
import { api } from '@electron-forge/core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DesktopClient } from '#shared/contract/desktop-client.ts'
import { makeDeb } from '../../build/make-deb.ts'
import { PAGE_POLICY } from '../../electron/services/pages/content-policy.ts'
import { launch, removeFolders, temporaryFolder } from './launch.ts'
import { makeStandIn } from './stand-in.ts'

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const hasDpkg = existsSync('/usr/bin/dpkg-deb')

let appDir: string
let resources: string
let unpacked: string

describe.skipIf(process.platform !== 'linux')('on Linux', () => {
  beforeAll(async () => {
    const dir = temporaryFolder()
    process.env.ELECTRON_ZIP_DIR = join(dir, 'electron')
    await makeStandIn(process.env.ELECTRON_ZIP_DIR)
    const [{ packagedPath }] = await api.package({ dir: ROOT, outDir: join(dir, 'out'), interactive: false })
    appDir = packagedPath
    resources = join(appDir, 'resources')
    unpacked = join(resources, 'app.asar.unpacked')
  }, 180_000)
  afterAll(removeFolders)

  const files = (dir: string): string[] => readdirSync(dir, { recursive: true, encoding: 'utf8' })

  test('holds what it needs, and nothing else', () => {
    const packed = listPackage(join(resources, 'app.asar'), { isPack: false })
    expect(packed.filter((path) => path.startsWith('/.vite/')).toSorted()).toEqual([
      '/.vite/build',
      '/.vite/build/main.cjs',
      '/.vite/build/preload.cjs',
    ])
    expect(readdirSync(unpacked).toSorted()).toEqual(['build', 'dist', 'node_modules'])
    const there = files(unpacked)
    expect(there).toContain('build/starter/model/model_index.json')
    expect(there).toContain('build/clip/merges.txt.gz')
    expect(there.filter((path) => /\.(ts|map|md|gyp|c|cc|h)$/.test(path) && !path.startsWith('build/'))).toEqual([])
    const foreign = /(win32|darwin|linuxmusl|linux[-/]arm64|\.dll$|\.dylib$)/
    const native = there.filter((path) => /\.(node|so[.\d]*|dll|dylib)$/.test(path))
    expect(native.length).toBeGreaterThanOrEqual(5)
    if (process.arch === 'x64') expect(native.filter((path) => foreign.test(path))).toEqual([])
    expect(there.some((path) => /node_modules\/(vite|typescript|vitest|electron)(\/|$)/.test(path))).toBe(false)
  })

  /** The panels' first page, and what it loads at once. */
  const pages = (): string[] => {
    const html = readFileSync(join(unpacked, 'dist/renderer/index.html'), 'utf8')
    const linked = [...html.matchAll(/ (?:src|href)="\.\/([^"]+)"/g)].map(([, path]) => path)
    for (const ending of ['.js', '.css', '.svg']) expect(linked.some((path) => path.endsWith(ending))).toBe(true)
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style=| on\w+=/)
    return [
      'index.html',
      ...linked,
      ...files(join(unpacked, 'dist/renderer')).filter((path) => path.endsWith('.woff2')),
    ]
  }
  const directives = (policy: string): string[] => policy.split(';').map((part) => part.trim())
  const checkPage = async (path: string, answer: Response): Promise<void> => {
    const types = {
      html: 'text/html',
      js: 'text/javascript',
      css: 'text/css',
      svg: 'image/svg+xml',
      woff2: 'font/woff2',
    }
    expect(answer.status, path).toBe(200)
    const type = types[path.split('.').at(-1) as keyof typeof types]
    expect(answer.headers.get('content-type'), path).toMatch(new RegExp(`^${type.replace('+', '\\+')}(;|$)`))
    expect(directives(answer.headers.get('content-security-policy')!), path).toEqual(directives(PAGE_POLICY))
    const file = readFileSync(join(unpacked, 'dist/renderer', path))
    expect(Buffer.from(await answer.arrayBuffer()).equals(file), path).toBe(true)
  }

  test('everybody may read it, and run its programs', () => {
    for (const path of ['.', 'resources', 'resources/bin/reprise', 'resources/bin/node', 'reprise-desktop']) {
      expect(statSync(join(appDir, path)).mode & 0o555, path).toBe(0o555)
    }
  })

  test('its fuses are blown as forge.config.ts says', () => {
    const program = readFileSync(join(appDir, 'reprise-desktop'), 'latin1')
    // RunAsNode, cookie encryption, NODE_OPTIONS, --inspect: off; archive integrity, only from archive: on
    const at = program.indexOf('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX') + 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'.length
    expect(program.slice(at, at + 11)).toBe('\u0001\u0009000011001')
  })

  test('the licences of all that is in it are there', () => {
    const text = readFileSync(join(resources, 'THIRD-PARTY-LICENSES.txt'), 'utf8')
    const packages = files(join(unpacked, 'node_modules'))
      .filter((path) => /^(.*node_modules\/)?(@[^/]+\/)?[^/@]+\/package\.json$/.test(path))
      .map((path) => JSON.parse(readFileSync(join(unpacked, 'node_modules', path), 'utf8')) as Record<string, string>)
    expect(packages.length).toBeGreaterThan(20)
    for (const { name, version } of packages) expect(text).toContain(`\n${name} ${version} (`)
    for (const part of ['Node.js 24', 'GNU LESSER GENERAL PUBLIC LICENSE', 'libvips']) expect(text).toContain(part)
  })

  test('the command line makes an image with the model that comes along', async () => {
    const outside = temporaryFolder()
    const command = join(resources, 'bin/reprise')
    // no Node on PATH, nothing of npm in the environment
    const options = { cwd: outside, env: { PATH: '/usr/bin:/bin', HOME: outside } }
    const { stdout } = await run(command, ['generate', 'a red house', '--seed', '7', '--steps', '4', '--json'], options)
    const { path, pixelHash } = JSON.parse(stdout) as { path: string; pixelHash: string }
    expect(pixelHash).toMatch(/^[0-9a-f]{64}$/)
    expect(await sharp(path).metadata()).toMatchObject({ format: 'png', width: 128 })
  })

  test('the command line serves the panels', async () => {
    const outside = temporaryFolder()
    const args = ['serve', '--json', '--port', '0', '--data-dir', join(outside, 'data')]
    const served = spawn(join(resources, 'bin/reprise'), args, { env: { PATH: '/usr/bin:/bin', HOME: outside } })
    try {
      const [line] = (await once(createInterface(served.stdout), 'line')) as [string]
      const { url, token } = JSON.parse(line) as { url: string; token: string }
      const headers = { authorization: `Bearer ${token}`, accept: 'text/html,*/*' }
      for (const path of pages()) await checkPage(path, await fetch(url + path, { headers }))
      expect(await (await fetch(url, { headers })).text()).toContain('<div id="app">')
    } finally {
      served.kill()
      await once(served, 'close')
    }
  })

  test('main process and engine run as packaged: the panels, and an image by the desktop app', async () => {
    const buildDir = join(unpacked, '.vite/build')
    mkdirSync(buildDir, { recursive: true })
    for (const name of ['main.cjs', 'preload.cjs']) {
      writeFileSync(join(buildDir, name), extractFile(join(resources, 'app.asar'), `.vite/build/${name}`))
    }
    Object.assign(process, { resourcesPath: resources })
    const app = await launch({
      buildDir,
      engineEntry: null,
      prepare: ({ app: electronApp }) => (electronApp.isPackaged = true),
    })
    await app.ready()
    const { client } = new DesktopClient(app.electron.page)
    const { id } = await client.jobs.add({
      items: [{ prompt: 'a red house', seed: 7 }],
      settings: { numInferenceSteps: 4 },
    })
    await expect.poll(() => client.jobs.get({ id }), { timeout: 60_000 }).toMatchObject({ state: 'done' })
    const { images } = await client.history.page({ limit: 1 })
    expect((await app.electron.fetch(`app://reprise/images/${images[0].id}`)).status).toBe(200)
    for (const path of pages()) await checkPage(path, await app.electron.fetch(`app://reprise/${path}`))
    expect(await (await app.electron.fetch('app://reprise/')).text()).toContain('<div id="app">')
    expect(app.electron.logged('fork')[0][0]).toBe(join(unpacked, 'dist/engine-child.js'))
    await app.quit()
  })

  test.skipIf(!hasDpkg)('the Debian package has everything at its place', async () => {
    const dir = temporaryFolder()
    const icons = join(ROOT, 'out/stage/icons')
    const deb = await makeDeb({ appDir, iconsDir: icons, outDir: dir, compression: 'none' })
    const { stdout } = await run('dpkg-deb', ['--contents', deb], { maxBuffer: 2 ** 24 })
    const lines = stdout.split('\n')
    const line = (path: string): string => lines.find((candidate) => candidate.includes(` ./${path}`)) ?? ''
    expect(line('opt/reprise/chrome-sandbox')).toMatch(/^-rwsr-xr-x root\/root/)
    expect(line('usr/bin/reprise ->')).toMatch(/-> \/opt\/reprise\/resources\/bin\/reprise$/)
    for (const path of ['usr/share/applications/reprise.desktop', 'usr/share/icons/hicolor/48x48/apps/reprise.png']) {
      expect(line(path)).toMatch(/^-rw-r--r-- root\/root/)
    }
    expect(lines.filter((entry) => /^.{5}w|^.{8}w/.test(entry) && !entry.startsWith('l'))).toEqual([])
    expect((await run('dpkg-deb', ['--field', deb, 'Package'])).stdout.trim()).toBe('reprise')
  })
})
