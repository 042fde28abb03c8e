/**
 * The panels' files. All of them are found once, at the start: what is asked for is looked up among their names, so that
 * no request is ever turned into a path.
 */
import { readdir } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

export interface Page {
  readonly path: string
  readonly mimeType: string
}

/** @returns files by the path they are asked for with, such as "/assets/main.js"; other types are left out */
export async function findPages(dir: string): Promise<ReadonlyMap<string, Page>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const pages = new Map<string, Page>()
  for (const entry of entries) {
    const mimeType = TYPES[extname(entry.name)] as string | undefined
    if (!entry.isFile() || mimeType === undefined) continue
    const path = join(entry.parentPath, entry.name)
    pages.set(`/${relative(dir, path).split(sep).join('/')}`, { path, mimeType })
  }
  return pages
}
