/** docs/guide/desktop.md, "Security": what the built app tells Electron, and what it refuses. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHANNELS } from '#shared/contract/desktop-bridge.ts'
import { launch, removeFolders, type Launched } from './launch.ts'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = 'app://reprise/'

let app: Launched
beforeAll(async () => {
  app = await launch()
  await app.ready()
})
afterAll(async () => {
  await app.quit()
  removeFolders()
})

test('the window: isolated, sandboxed, without Node, with web security, without webviews', () => {
  expect(app.electron.app.isSandboxEnabled).toBe(true)
  expect(app.electron.windows).toHaveLength(1)
  const { webPreferences } = app.electron.window.options
  expect(webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    spellcheck: false,
  })
  for (const name of ['allowRunningInsecureContent', 'experimentalFeatures', 'enableBlinkFeatures']) {
    expect(webPreferences).not.toHaveProperty(name)
  }
  expect(app.electron.window.webContents.url).toBe(PAGE)
})

test('the preload script gives the page four things, and not ipcRenderer', () => {
  expect(Object.keys(app.electron.page).sort()).toEqual(['call', 'onMessage', 'openDropped', 'platform'])
  expect(Object.isFrozen(app.electron.page)).toBe(true)
  const code = readFileSync(join(app.buildDir, 'preload.cjs'), 'utf8')
  expect([...code.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name)).toEqual(['electron'])
})

describe('app://', () => {
  test('is standard and secure, and no more', () => {
    expect(app.electron.privileged).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ])
  })

  test('serves the page with a policy that lets no script in but its own', async () => {
    const { status, headers } = await app.electron.fetch(PAGE)
    expect(status).toBe(200)
    const policy = headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'; script-src 'self';")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  test.each([
    ['app://reprise.evil.example/', 403],
    ['app://evil/', 403],
    ['app://reprise:1/', 403],
    ['app://reprise/../../etc/passwd', 404],
    ['app://reprise/..%2f..%2fpackage.json', 404],
    ['app://reprise/%2e%2e/%2e%2e/package.json', 404],
    ['app://reprise/images/..%2f..%2freprise.sqlite', 404],
    ['app://reprise/images/1%00.png', 404],
    ['app://reprise/inputs/../reprise.sqlite', 404],
    ['app://reprise/reprise.sqlite', 404],
    ['app://reprise/images/1', 404],
    ['app://reprise/images/1/thumbnail?size=1', 400],
  ])('%s is refused', async (url, status) => {
    const response = await app.electron.fetch(url)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await response.text()).not.toContain('<script')
  })

  test('takes nothing but GET', async () => {
    expect((await app.electron.fetch(PAGE, { method: 'POST', body: 'x' })).status).toBe(400)
  })
})

describe('going elsewhere', () => {
  const navigate = (name: string, url: string, isMainFrame = true): boolean => {
    let isPrevented = false
    const details = { url, isMainFrame, preventDefault: () => (isPrevented = true) }
    app.electron.window.webContents.emit(name, details)
    return isPrevented
  }
  const opened = (): unknown[] => app.electron.logged('openExternal').flat()

  test('only to its own page, and only as a whole', () => {
    expect(navigate('will-frame-navigate', 'app://reprise/settings')).toBe(false)
    expect(navigate('will-frame-navigate', 'app://reprise/settings', false)).toBe(true)
    for (const url of [
      'file:///etc/passwd',
      'app://other/',
      'app://reprise.evil/',
      'javascript:alert(1)',
      'data:text/html,x',
    ]) {
      expect(navigate('will-frame-navigate', url), url).toBe(true)
      expect(navigate('will-redirect', url), url).toBe(true)
    }
    expect(opened()).toEqual([])
  })

  test('links open in the browser, other schemes nowhere, and no window opens ever', () => {
    const open = (url: string): unknown => app.electron.window.webContents.openHandler!({ url } as never)
    const refused = [
      'file:///etc/passwd',
      'smb://host/share',
      'ms-msdt:/id',
      'https://user:password@example.com/',
      `https://example.com/${'x'.repeat(3_000)}`,
      'not an address',
      PAGE,
    ]
    for (const url of refused) expect(open(url), url).toEqual({ action: 'deny' })
    expect(opened()).toEqual([])
    expect(open('https://example.com/a b')).toEqual({ action: 'deny' })
    expect(navigate('will-frame-navigate', 'http://example.com/model')).toBe(true)
    expect(opened()).toEqual(['https://example.com/a%20b', 'http://example.com/model'])
  })

  test('no webview', () => {
    let isPrevented = false
    app.electron.window.webContents.emit('will-attach-webview', { preventDefault: () => (isPrevented = true) }, {}, {})
    expect(isPrevented).toBe(true)
  })
})

test('permissions: to write plain things to the clipboard, and nothing else', () => {
  const { electron } = app
  expect(electron.isPermitted('clipboard-sanitized-write', PAGE)).toEqual({ request: true, check: true })
  expect(electron.isPermitted('clipboard-sanitized-write', 'https://example.com/')).toEqual({
    request: false,
    check: false,
  })
  for (const name of ['media', 'geolocation', 'notifications', 'clipboard-read', 'fileSystem', 'openExternal', 'usb']) {
    expect(electron.isPermitted(name, PAGE), name).toEqual({ request: false, check: false })
  }
  expect(electron.isDeviceAllowed?.()).toBe(false)
})

test('the page has no network', () => {
  for (const url of ['http://127.0.0.1/', 'https://example.com/', 'wss://example.com/', 'file:///etc/passwd']) {
    expect(app.electron.mayRequest(url), url).toBe(false)
  }
  expect(app.electron.mayRequest(PAGE)).toBe(true)
})

describe('messages', () => {
  const frames: [string, { url: string; parent: unknown } | null][] = [
    ['another site', { url: 'https://evil.example/', parent: null }],
    ['a name that begins alike', { url: 'app://reprise.evil/', parent: null }],
    ['a frame inside the page', { url: PAGE, parent: {} }],
    ['a frame that is gone', null],
    ['an empty page', { url: 'about:blank', parent: null }],
  ]
  test.each(frames)('of %s are refused', async (_who, frame) => {
    const { electron } = app
    for (const channel of electron.ipcHandlers.keys()) {
      const answer = await electron.invoke(electron.window.webContents, frame, channel, 'studio.info', {})
      expect(answer, channel).toMatchObject({ error: { code: 'origin-refused' } })
    }
  })

  test('of another window are refused, even from the page’s address', async () => {
    const { electron } = app
    const answer = await electron.invoke({} as never, { url: PAGE, parent: null }, CHANNELS.call, 'studio.info', {})
    expect(answer).toMatchObject({ error: { code: 'origin-refused' } })
  })

  test('go through three channels', () => {
    expect([...app.electron.ipcHandlers.keys()].sort()).toEqual([CHANNELS.call, CHANNELS.listen, CHANNELS.open])
  })

  test('are parsed: what is not in the contract does not arrive', async () => {
    const { page } = app.electron
    expect(await page.call('nothing.here', {})).toMatchObject({ error: { code: 'procedure-unknown' } })
    expect(await page.call('desktop.nothing', {})).toMatchObject({ error: { code: 'procedure-unknown' } })
    expect(await page.call('desktop.showImage', { id: '../..' })).toMatchObject({ error: { code: 'invalid-argument' } })
    expect(await page.call('__proto__', {})).toMatchObject({ error: { code: 'procedure-unknown' } })
    expect(await page.call({} as never, {})).toMatchObject({ error: { code: 'procedure-unknown' } })
  })
})

test('crash reports stay on this machine', () => {
  expect(app.electron.logged('crashReporter.start')).toEqual([[{ uploadToServer: false }]])
})

test('nothing was asked of a network', () => {
  expect(app.electron.logged('session.fetch')).toEqual([])
})

describe('in the sources', () => {
  const sources = ['main', 'preload'].flatMap((folder) =>
    readdirSync(join(ROOT, 'electron', folder))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => ({ name, text: readFileSync(join(ROOT, 'electron', folder, name), 'utf8') })),
  )
  const filesWith = (pattern: RegExp): string[] =>
    sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name)

  test('messages are taken in one place, with the sender checked', () => {
    expect(filesWith(/\bipcMain\b/)).toEqual(['handle.ts'])
    expect(filesWith(/\bipcRenderer\b/)).toEqual(['preload.ts'])
  })

  test('links leave through one place, and an update’s page', () => {
    expect(filesWith(/openExternal\(/).sort()).toEqual(['desktop-app.ts', 'guard-contents.ts'])
  })

  test('the network is asked for updates alone, in a session that is not kept', () => {
    expect(filesWith(/fromPartition\('updates'\)\.fetch\(/)).toEqual(['desktop-app.ts'])
    expect(filesWith(/\bnet\.(fetch|request)\(|\bsession\.fetch\(|persist:/)).toEqual([])
  })

  test('no file addresses, no code from texts, one kind of window', () => {
    expect(filesWith(/loadFile|pathToFileURL|executeJavaScript|\beval\b|new Function|webviewTag: true/)).toEqual([])
    expect(filesWith(/new BrowserWindow|new WebContentsView/)).toEqual(['app-window.ts'])
  })
})
