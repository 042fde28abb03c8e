/** The app's window: sandboxed, on the app's own page, where it was the last time. */
import { join } from 'node:path'
import { BrowserWindow, screen } from 'electron'
import { APP_PAGE } from './app-address.ts'
import { MIN_SIZE, readWindowState, saneBounds, writeWindowState } from './window-state.ts'

export interface AppWindowOptions {
  readonly statePath: string
  readonly isDevelopment: boolean
}

export function openAppWindow({ statePath, isDevelopment }: AppWindowOptions): BrowserWindow {
  const saved = readWindowState(statePath)
  const displays = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()]
  const window = new BrowserWindow({
    ...saneBounds(
      saved?.bounds,
      displays.map(({ workArea }) => workArea),
    ),
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    title: 'Reprise',
    // shown when its page has been painted once: no white flash
    show: false,
    webPreferences: {
      preload: join(import.meta.dirname, 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      // it would fetch dictionaries from a server
      spellcheck: false,
      devTools: isDevelopment,
    },
  })
  if (saved?.isMaximized === true) window.maximize()
  if (saved?.isFullScreen === true) window.setFullScreen(true)
  window.once('ready-to-show', () => {
    window.show()
  })
  window.on('close', () => {
    writeWindowState(statePath, {
      bounds: window.getNormalBounds(),
      isMaximized: window.isMaximized(),
      isFullScreen: window.isFullScreen(),
    })
  })
  window.loadURL(APP_PAGE).catch(() => undefined)
  return window
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
