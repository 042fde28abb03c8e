/** The browser that the end-to-end tests run in: any Chromium that is installed, none is downloaded. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** @returns the path of REPRISE_CHROMIUM, or of the first of the usual names on PATH; undefined if there is none */
export function findChromium({ env } = process): string | undefined {
  if (env.REPRISE_CHROMIUM !== undefined && env.REPRISE_CHROMIUM !== '') return env.REPRISE_CHROMIUM
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

/** For root: Chromium refuses to run as root inside its sandbox. */
export function chromiumArguments(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : []
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
