/** Where the app's own parts and its settings lie. */
import { join, resolve } from 'node:path'
import { app } from 'electron'
import { defaultDataDir } from '../services/data-folder/default-data-dir.ts'

export interface AppPaths {
  readonly engineEntry: string
  readonly starterModelDir: string
  /** The built panels. */
  readonly pagesDir: string
  readonly dataDir: string
  readonly windowState: string
  readonly tokens: string
  readonly updateFeed: string
}

/**
 * Settings of the window do not belong into the data folder, which other commands share, and which on macOS has the
 * place that Electron would take.
 */
export function useOwnSettingsFolder(): void {
  app.setPath('userData', join(app.getPath('appData'), 'Reprise Desktop'))
}

export function appPaths(): AppPaths {
  // what is run by other processes or mapped into memory lies outside of the archive (forge.config.ts)
  const root = app.isPackaged ? join(process.resourcesPath, 'app.asar.unpacked') : app.getAppPath()
  const settings = app.getPath('userData')
  return {
    engineEntry: join(root, 'dist/engine-child.js'),
    starterModelDir: join(root, 'build/starter/model'),
    pagesDir: join(root, 'dist/renderer'),
    dataDir: resolve(defaultDataDir()),
    windowState: join(settings, 'window.json'),
    tokens: join(settings, 'tokens.json'),
    updateFeed: join(app.isPackaged ? process.resourcesPath : root, 'update-feed.json'),
  }
}
