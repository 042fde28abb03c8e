/** The desktop app put together: one studio, one window, and what lies between. A host only wires. */
import { existsSync } from 'node:fs'
import {
  app,
  dialog,
  Menu,
  protocol,
  safeStorage,
  session,
  shell,
  type BrowserWindow,
  type WebContents,
} from 'electron'
import { z } from 'zod'
import { CHANNELS } from '#shared/contract/desktop-bridge.ts'
import { desktopAreas } from '#shared/contract/desktop.ts'
import { PositionSchema } from '#shared/contract/wire.ts'
import { routerOf } from '../services/contract/router.ts'
import { findPages, type Page } from '../services/pages/find-pages.ts'
import { openStudio, type Studio } from '../services/studio/open-studio.ts'
import { APP_SCHEME } from './app-address.ts'
import { appPaths, type AppPaths } from './app-paths.ts'
import { answerApp } from './app-protocol.ts'
import { bringToFront, openAppWindow } from './app-window.ts'
import { closeBeforeQuit } from './close-before-quit.ts'
import { createDesktopHandlers } from './desktop-handlers.ts'
import { EventFeed } from './event-feed.ts'
import { guardSession } from './guard-session.ts'
import { handle } from './handle.ts'
import { landingPage } from './landing-page.ts'
import { lookForUpdate } from './look-for-update.ts'
import { menuTemplate } from './menu.ts'
import { takeFiles } from './opened-files.ts'
import { reloadAfterCrash } from './reload-after-crash.ts'
import { showProgress } from './show-progress.ts'
import { explainStartupProblem } from './startup-problem.ts'
import { TokenStore } from './token-store.ts'
import { forkUtilityChild } from './utility-child.ts'

/** A file that a script of the page made has none. */
const DroppedPaths = z.array(z.string()).transform((paths) => paths.filter((path) => path !== ''))

/** The app at work, for what the system asks of it. */
export interface DesktopApp {
  /** To the front; opened again where it was closed. */
  showWindow(): void
  openFiles(paths: readonly string[]): Promise<void>
}

/** After the app is ready. @returns undefined if the studio cannot be opened, and the person knows why */
export async function startDesktop(): Promise<DesktopApp | undefined> {
  const paths = appPaths()
  guardSession(session.defaultSession)
  const tokens = new TokenStore(paths.tokens, safeStorage)
  const studio = await openOrExplain(paths, tokens)
  if (studio === undefined) return undefined

  let window: BrowserWindow | undefined
  const contents = (): WebContents | undefined => window?.webContents
  const feed = new EventFeed(studio.bus, contents)
  closeBeforeQuit(async () => {
    feed.stop()
    await studio.close()
  })
  await servePage(paths, studio)

  const showWindow = (): void => {
    if (window !== undefined) {
      bringToFront(window)
      return
    }
    const opened = openAppWindow({ statePath: paths.windowState, isDevelopment: !app.isPackaged })
    window = opened
    const { webContents } = opened
    opened.on('closed', () => {
      window = undefined
      feed.stop()
    })
    opened.on('unresponsive', () => (feed.isPageBusy = true))
    opened.on('responsive', () => (feed.isPageBusy = false))
    webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) feed.stop()
    })
    webContents.on('render-process-gone', () => {
      feed.stop()
    })
    reloadAfterCrash(opened, (message) => {
      feed.tellApp({ type: 'notice', message })
    })
  }

  const openFiles = async (files: readonly string[]): Promise<void> => {
    if (files.length > 0) feed.tellApp({ type: 'opened', ...(await takeFiles(files, studio)) })
  }
  const desktop = routerOf(desktopAreas, {
    desktop: createDesktopHandlers({ studio, tokens, window: () => window }),
  })
  handle(CHANNELS.call, contents, (name, input) => {
    const procedure = String(name)
    return (procedure.startsWith('desktop.') ? desktop : studio.router).call(procedure, input)
  })
  handle(CHANNELS.listen, contents, (since) => {
    feed.listen(PositionSchema.optional().parse(since))
  })
  handle(CHANNELS.open, contents, (dropped) => openFiles(DroppedPaths.parse(dropped)))

  showProgress(studio.bus, () => window)
  setMenu(studio, openFiles)
  showWindow()
  void offerUpdate(paths)
  return { showWindow, openFiles }
}

async function openOrExplain(
  { dataDir, starterModelDir, engineEntry }: AppPaths,
  tokens: TokenStore,
): Promise<Studio | undefined> {
  for (;;) {
    try {
      return await openStudio({
        dataDir,
        starterModelDir,
        startChild: () => forkUtilityChild(engineEntry),
        keptToken: (host) => tokens.get(host),
      })
    } catch (error) {
      if (!(await explainStartupProblem(error, dataDir))) return undefined
    }
  }
}

async function servePage({ pagesDir }: AppPaths, { files, dataDir }: Studio): Promise<void> {
  const pages: ReadonlyMap<string, Page> = existsSync(pagesDir) ? await findPages(pagesDir) : new Map<string, Page>()
  protocol.handle(APP_SCHEME, answerApp({ files, pages, landingPage: landingPage(dataDir) }))
}

function setMenu(studio: Studio, openFiles: (paths: string[]) => Promise<void>): void {
  const choose = async (properties: ('openFile' | 'openDirectory' | 'multiSelections')[]): Promise<void> => {
    const { filePaths } = await dialog.showOpenDialog({ properties })
    await openFiles(filePaths)
  }
  const actions = {
    addPictures: () => void choose(['openFile', 'multiSelections']),
    addModelFolder: () => void choose(['openDirectory']),
    showDataFolder: () => void shell.openPath(studio.dataDir),
    showCrashReports: () => void shell.openPath(app.getPath('crashDumps')),
  }
  const isMac = process.platform === 'darwin'
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ isMac, isDevelopment: !app.isPackaged, actions })))
}

async function offerUpdate({ updateFeed }: AppPaths): Promise<void> {
  // a session of its own, kept nowhere: that of the window has no network, for `net` either
  const update = await lookForUpdate(updateFeed, (url, init) => session.fromPartition('updates').fetch(url, init))
  if (update === undefined) return
  const { response } = await dialog.showMessageBox({
    message: `Reprise ${update.version} is there`,
    detail: 'Its page says what is new, and has it for download.',
    buttons: ['Open the page', 'Later'],
    cancelId: 1,
  })
  if (response === 0) await shell.openExternal(update.pageUrl)
}
