/** The built desktop app over the fake Electron, with a real studio and a fake engine in a process of its own. */
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { DesktopListener } from '#shared/contract/desktop-client.ts'
import { DesktopClient } from '#shared/contract/desktop-client.ts'
import type { StudioEvent } from '#shared/contract/events.ts'
import { openDatabase } from '../../electron/db/open-database.ts'
import { loraShapes, writeSafetensors } from '../../electron/services/models/testing/sample-headers.ts'
import { launch, removeFolders, temporaryFolder, type Launched, type LaunchOptions } from './launch.ts'

const ROOT = join(import.meta.dirname, '../..')
const running: Launched[] = []
async function start(options?: LaunchOptions): Promise<Launched & { page: DesktopClient }> {
  const app = await launch(options)
  running.push(app)
  await app.ready()
  return { ...app, page: new DesktopClient(app.electron.page) }
}
afterEach(async () => {
  for (const app of running.splice(0)) if (app.electron.app.exitCode === undefined) await app.quit()
})
afterAll(removeFolders)

function listener(): DesktopListener & { events: StudioEvent[]; resets: number; told: unknown[] } {
  const heard = {
    events: [] as StudioEvent[],
    told: [] as unknown[],
    resets: 0,
    onEvent: (event: StudioEvent) => heard.events.push(event),
    onReset: () => (heard.resets += 1),
    onOpened: (opened: unknown) => heard.told.push(opened),
    onNotice: (message: string) => heard.told.push(message),
  }
  return heard
}

async function makeImages({ client }: DesktopClient, prompts: string[]): Promise<number[]> {
  const { id } = await client.jobs.add({ items: prompts.map((prompt) => ({ prompt, seed: 7 })) })
  await expect.poll(() => client.jobs.get({ id }), { timeout: 20_000 }).toMatchObject({ state: 'done' })
  return (await client.jobs.items({ jobId: id })).map(({ imageId }) => imageId!)
}

async function pngFile(dir: string, name: string): Promise<string> {
  const path = join(dir, name)
  await sharp({ create: { width: 16, height: 16, channels: 3, background: '#336699' } })
    .png()
    .toFile(path)
  return path
}

test('makes an image in a utility process, and shows it by id', async () => {
  const { electron, page } = await start()
  const [id] = await makeImages(page, ['a red house'])
  const [[entry, options]] = electron.logged('fork')
  expect(entry).toMatch(/dist[/\\]engine-child\.js$/)
  expect(options).toEqual({ serviceName: 'Reprise engine', stdio: 'pipe' })
  for (const path of [`images/${id}`, `images/${id}/thumbnail`, `images/${id}/thumbnail?size=512`]) {
    const response = await electron.fetch(`app://reprise/${path}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toContain('sandbox')
    expect(response.headers.get('cache-control')).toContain('immutable')
    expect(await sharp(await response.arrayBuffer()).metadata()).toMatchObject({ width: 8, height: 8 })
  }
})

describe('events', () => {
  test('that a page missed while it loaded itself anew are told when it asks from where it was', async () => {
    const { electron, page } = await start()
    const before = listener()
    page.listen(before)
    await makeImages(page, ['one'])
    await expect.poll(() => before.events.some(({ name }) => name === 'image.added')).toBe(true)
    const { position } = page

    electron.window.webContents.reload()
    const after = new DesktopClient(electron.page)
    const [id] = await makeImages(after, ['two'])
    expect(before.events.filter(({ name }) => name === 'image.added')).toHaveLength(1)
    const heard = listener()
    after.listen(heard, position)
    await expect
      .poll(() => heard.events.flatMap((event) => (event.name === 'image.added' ? [event.payload.image.id] : [])))
      .toEqual([id])
    expect(heard.resets).toBe(0)
  })

  test('of another run cannot be told: everything is loaded anew', async () => {
    const { page } = await start()
    const heard = listener()
    page.listen(heard, { epoch: 'another', number: 3 })
    await expect.poll(() => heard.resets).toBe(1)
  })

  test('progress is in the taskbar while a job runs, and not afterwards', async () => {
    const { electron, page } = await start()
    const bars: number[] = []
    const { window } = electron
    window.setProgressBar = (fraction) => bars.push(fraction)
    await makeImages(page, ['slow one', 'two'])
    await expect.poll(() => bars.at(-1)).toBe(-1)
    const shown = bars.filter((fraction) => fraction !== -1)
    expect(shown).toEqual(shown.toSorted((a, b) => a - b))
    expect(shown.some((fraction) => fraction > 0 && fraction < 1)).toBe(true)
  })
})

describe('a page whose process goes down', () => {
  test('is loaded again, and told why', async () => {
    const { electron, page } = await start()
    page.listen(listener())
    electron.window.webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 1 })
    expect(electron.window.webContents.reloadCount).toBe(1)
    const heard = listener()
    new DesktopClient(electron.page).listen(heard)
    await expect.poll(() => heard.told).toEqual([expect.stringContaining('ran out of memory')])
  })

  test('again and again is left to the person', async () => {
    const { electron } = await start({ prepare: ({ messageBoxAnswers }) => messageBoxAnswers.push('Load again') })
    for (let crash = 0; crash < 4; crash++) {
      electron.window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 })
    }
    expect(electron.window.webContents.reloadCount).toBe(3)
    await expect.poll(() => electron.window.webContents.reloadCount).toBe(4)
    expect(electron.logged('showMessageBox')).toHaveLength(1)
  })
})

describe('files', () => {
  test('leave the window by a drag, as what they are', async () => {
    const { electron, page, dataDir } = await start()
    const ids = await makeImages(page, ['one', 'two'])
    await page.desktop.startDrag({ ids })
    const { drags } = electron.window.webContents
    await expect.poll(() => drags).toHaveLength(1)
    const { file, files, icon } = drags[0] as { file: string; files: string[]; icon: unknown }
    expect(files).toHaveLength(2)
    expect(file).toBe(files[0])
    for (const path of files) expect(path.startsWith(dataDir) && existsSync(path)).toBe(true)
    expect(await sharp((icon as { buffer: Buffer }).buffer).metadata()).toMatchObject({ format: 'png' })
    await expect(page.desktop.startDrag({ ids: [999] })).rejects.toMatchObject({ code: 'not-found' })
  })

  test('are saved: one under a name of choice, several into a folder, and nothing if the dialog is cancelled', async () => {
    const { electron, page } = await start()
    const ids = await makeImages(page, ['one', 'two'])
    expect(await page.desktop.saveImages({ ids })).toBeNull()
    expect(await page.desktop.saveImages({ ids: [ids[0]] })).toBeNull()
    const dir = temporaryFolder()
    electron.saveDialogPath = join(dir, 'mine.webp')
    const one = await page.desktop.saveImages({ ids: [ids[0]], options: { format: 'webp' } })
    expect(one).toEqual({ savedCount: 1, problems: [] })
    expect(await sharp(electron.saveDialogPath).metadata()).toMatchObject({ format: 'webp' })
    electron.openDialogPaths = [dir]
    expect(await page.desktop.saveImages({ ids: [...ids, 999] })).toEqual({
      savedCount: 2,
      problems: [{ name: '999', error: expect.objectContaining({ code: 'not-found' }) as unknown }],
    })
    expect(readdirSync(dir).toSorted()).toEqual(['7-one.png', '7-two.png', 'mine.webp'])
    await page.desktop.showImage({ id: ids[0] })
    expect(electron.logged('showItemInFolder')).toHaveLength(1)
  })

  test('are chosen: pictures become inputs, a folder is only named', async () => {
    const { electron, page } = await start()
    const dir = temporaryFolder()
    writeFileSync(join(dir, 'text.txt'), 'no picture')
    electron.openDialogPaths = [await pngFile(dir, 'a.png'), join(dir, 'text.txt')]
    const { inputs, problems } = await page.desktop.chooseInputs({})
    expect(inputs).toMatchObject([{ widthPx: 16, heightPx: 16, name: 'a.png' }])
    expect(problems).toMatchObject([{ name: 'text.txt', error: { code: 'image-invalid' } }])
    electron.openDialogPaths = [dir]
    expect(await page.desktop.chooseFolder({ title: 'Models' })).toEqual({ path: dir })
    electron.openDialogPaths = []
    expect(await page.desktop.chooseFolder({ title: 'Models' })).toBeNull()
  })

  test('opened with the app are told to its page, also before there is one', async () => {
    const dir = temporaryFolder()
    const path = await pngFile(dir, 'a.png')
    const { electron, page } = await start({ args: [path, '--enable-features=x'] })
    expect(electron.app.lockData).toEqual({ files: [path] })
    const heard = listener()
    page.listen(heard)
    await expect.poll(() => heard.told).toMatchObject([{ inputs: [{ name: 'a.png' }], modelCount: 0, problems: [] }])

    electron.window.minimized = true
    electron.app.emit('second-instance', {}, [], dir, { files: [dir] })
    await expect.poll(() => heard.told.length).toBe(2)
    expect(heard.told[1]).toMatchObject({ inputs: [], problems: [{ error: { code: 'model-not-found' } }] })
    expect(electron.window.shown).toEqual(expect.arrayContaining(['restore', 'show', 'focus']))

    let isPrevented = false
    electron.app.emit('open-file', { preventDefault: () => (isPrevented = true) }, path)
    await expect.poll(() => heard.told.length).toBe(3)
    expect(isPrevented).toBe(true)
  })

  test('dropped on the window are opened where they lie: folders and files of models, whose paths no page knows', async () => {
    const { electron, page, dataDir } = await start()
    const heard = listener()
    page.listen(heard)
    const models = join(temporaryFolder(), 'models')
    mkdirSync(models)
    writeSafetensors(join(models, 'ink.safetensors'), loraShapes(768))
    const drop = (path: string): Promise<unknown> => {
      electron.page.openDropped([electron.fileAt(path)])
      const count = heard.told.length
      return expect.poll(() => heard.told.length, { timeout: 20_000 }).toBe(count + 1)
    }
    await drop(models)
    expect(heard.told.at(-1)).toMatchObject({ inputs: [], modelCount: 1, problems: [] })
    await drop(join(models, 'ink.safetensors'))
    expect(heard.told.at(-1)).toMatchObject({ modelCount: 1, problems: [] })
    await drop(join(ROOT, 'build/starter/model'))
    expect(heard.told.at(-1)).toMatchObject({ modelCount: 1, problems: [] })
    expect((await page.client.modelFiles.list({})).map(({ name }) => name)).toEqual(['ink'])
    await drop(await pngFile(dataDir, 'b.png'))
    expect(heard.told.at(-1)).toMatchObject({ inputs: [{ name: 'b.png' }] })
    // made by a script: it lies nowhere
    electron.page.openDropped([new File(['x'], 'x.png')])
    await drop(join(models, 'gone.png'))
    expect(heard.told.at(-1)).toMatchObject({ problems: [{ name: 'gone.png', error: { code: 'image-not-found' } }] })
  })
})

describe('tokens', () => {
  test('are kept encrypted, and never told to a page', async () => {
    const { electron, page } = await start()
    expect(await page.desktop.setToken({ host: 'huggingface.co', token: 'hf_secret' })).toEqual({ isKept: true })
    expect(await page.desktop.tokenHosts({})).toEqual(['huggingface.co'])
    const file = readFileSync(join(electron.app.getPath('userData'), 'tokens.json'), 'utf8')
    expect(file).not.toContain('hf_secret')
    await page.desktop.removeToken({ host: 'huggingface.co' })
    expect(await page.desktop.tokenHosts({})).toEqual([])
  })

  test('go with downloads, to their own server alone', async () => {
    const { page } = await start()
    const asked: [string, string | undefined][] = []
    const server = createServer(({ headers }, response) => {
      asked.push([headers.host!, headers.authorization])
      response.setHeader('content-length', 4).end('1234')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const [own, other] = [`127.0.0.1:${port}`, `localhost:${port}`]
    await page.desktop.setToken({ host: own, token: 'secret' })
    for (const host of [own, other]) await page.client.downloads.plan({ source: `http://${host}/model.safetensors` })
    await page.desktop.removeToken({ host: own })
    await page.client.downloads.plan({ source: `http://${own}/model.safetensors` })
    server.close()
    expect(asked).toEqual([
      [own, 'Bearer secret'],
      [other, undefined],
      [own, undefined],
    ])
  })

  test('without a keyring are not written', async () => {
    const { electron, page } = await start({ prepare: (electron) => (electron.hasKeyring = false) })
    expect(await page.desktop.setToken({ host: 'hub', token: 'secret' })).toEqual({
      isKept: process.platform !== 'linux',
    })
    expect(await page.desktop.tokenHosts({})).toEqual(['hub'])
    const isWritten = existsSync(join(electron.app.getPath('userData'), 'tokens.json'))
    expect(isWritten).toBe(process.platform !== 'linux')
  })
})

describe('starting', () => {
  test('a second instance gives its files to the first, and ends', async () => {
    const { electron } = await launch({ args: ['/a.png'], prepare: ({ app }) => (app.hasLock = false) })
    expect(electron.app.exitCode).toBe(0)
    expect(electron.app.lockData).toEqual({ files: ['/a.png'] })
    expect(electron.windows).toEqual([])
  })

  test('a data folder in use is explained, and tried again when the person says so', async () => {
    const dataDir = join(temporaryFolder(), 'data')
    const other = openDatabase(dataDir, { role: 'owner' })
    const app = await start({
      dataDir,
      prepare: (electron) => {
        electron.messageBoxAnswers.push('Show the data folder', 'Try again')
        electron.onCall = (name) => {
          if (name === 'openPath') other.close()
        }
      },
    })
    const [[options]] = app.electron.logged('showMessageBox')
    expect(options).toMatchObject({
      type: 'error',
      message: expect.stringContaining('Another Reprise') as string,
      detail: expect.stringContaining('data-folder-busy') as string,
    })
    expect(app.electron.logged('openPath')).toEqual([[dataDir]])
  })

  test('a database that cannot be read is explained, nothing is changed, and the app ends', async () => {
    const dataDir = temporaryFolder()
    writeFileSync(join(dataDir, 'reprise.sqlite'), 'this is no database'.repeat(100))
    const { electron } = await launch({ dataDir })
    await expect.poll(() => electron.app.exitCode).toBe(0)
    expect(electron.logged('showMessageBox')).toMatchObject([[{ message: 'The database is damaged' }]])
    expect(electron.windows).toEqual([])
  })

  test('the window is where it was', async () => {
    const userData = (electron: Launched['electron']): string =>
      join(electron.app.getPath('appData'), 'Reprise Desktop', 'window.json')
    const first = await start()
    first.electron.window.bounds = { x: 100, y: 50, width: 1_000, height: 800 }
    first.electron.window.maximize()
    await first.quit()
    const kept = readFileSync(userData(first.electron), 'utf8')
    const second = await start({
      prepare: (electron) => {
        writeFileSync(userData(electron), kept)
      },
    })
    expect(second.electron.window.options).toMatchObject({ x: 100, y: 50, width: 1_000, height: 800 })
    expect(second.electron.window.isMaximized()).toBe(true)
  })

  test('built panels are shown where there are some', async () => {
    const appPath = temporaryFolder()
    mkdirSync(join(appPath, 'dist/renderer/assets'), { recursive: true })
    writeFileSync(join(appPath, 'dist/renderer/index.html'), '<title>panels</title>')
    writeFileSync(join(appPath, 'dist/renderer/assets/main.js'), 'run()')
    const { electron } = await start({ appPath })
    for (const path of ['', 'index.html', '#/history']) {
      expect(await (await electron.fetch(`app://reprise/${path}`)).text()).toContain('panels')
    }
    const script = await electron.fetch('app://reprise/assets/main.js')
    expect(script.headers.get('content-type')).toMatch(/^text\/javascript/)
    for (const path of ['assets/missing.js', 'history', 'assets']) {
      expect((await electron.fetch(`app://reprise/${path}`)).status).toBe(404)
    }
  })
})

describe('ending', () => {
  test('waits until the studio is closed: what ran goes on at the next start', async () => {
    const { electron, page, dataDir } = await start()
    const { id } = await page.client.jobs.add({ items: [{ prompt: 'slow' }, { prompt: 'slow too' }] })
    await expect.poll(() => page.client.jobs.get({ id })).toMatchObject({ state: 'running' })
    await running[0].quit()
    expect(electron.children.every(({ pid }) => pid === undefined)).toBe(true)
    const next = await start({ dataDir })
    await expect
      .poll(() => next.page.client.jobs.get({ id }), { timeout: 20_000 })
      .toMatchObject({ state: 'done', itemCounts: { done: 2 } })
  })

  test.skipIf(process.platform === 'darwin')('closing the window ends the app', async () => {
    const { electron } = await start()
    electron.window.close()
    await expect.poll(() => electron.app.exitCode).toBe(0)
  })
})

test('the menu has what each system wants, and its own items work', async () => {
  const { electron, page, dataDir } = await start()
  const items = electron.menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
  for (const item of items) expect(item.label ?? item.role ?? item.type).toBeDefined()
  const click = (label: string): void => {
    const item = items.find((candidate) => candidate.label === label) as { click: () => void }
    item.click()
  }
  click('Show &Data Folder')
  click('Show &Crash Reports')
  expect(electron.logged('openPath')).toEqual([[dataDir], [electron.app.getPath('crashDumps')]])
  const heard = listener()
  page.listen(heard)
  electron.openDialogPaths = [await pngFile(temporaryFolder(), 'a.png')]
  click('Add &Pictures…')
  await expect.poll(() => heard.told).toHaveLength(1)
})
