/** Electron's own program, where it is installed. `require('electron')` would download it: it is only looked for. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const NAMES: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
}

/** @returns undefined where there is none, or no screen to show its window on */
export function findElectron({ env, platform } = process): string | undefined {
  if (platform === 'linux' && env.DISPLAY === undefined && env.WAYLAND_DISPLAY === undefined) return undefined
  const installed = join(dirname(createRequire(import.meta.url).resolve('electron/package.json')), 'dist')
  const program = join(env.ELECTRON_OVERRIDE_DIST_PATH ?? installed, NAMES[platform] ?? 'electron')
  return existsSync(program) ? program : undefined
}
