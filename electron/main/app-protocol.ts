/**
 * `app://reprise/`: the page and the studio's files, for the window. Nothing is ever asked of a network or turned into
 * a path: pages are found by name among those that are there, files by id.
 */
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { CustomScheme } from 'electron'
import { AppError } from '#shared/errors.ts'
import { HTTP_STATUS } from '../services/contract/http-status.ts'
import { FILE_POLICY, PAGE_POLICY } from '../services/pages/content-policy.ts'
import { openStored } from '../services/images/open-stored.ts'
import type { Page } from '../services/pages/find-pages.ts'
import { escapeHtml, plainPage } from '../services/pages/plain-page.ts'
import { fileAt } from '../services/studio/file-at.ts'
import type { StudioFiles } from '../services/studio/studio-files.ts'
import { APP_SCHEME, isAppAddress } from './app-address.ts'

/** For `protocol.registerSchemesAsPrivileged`, before the app is ready. */
export const APP_PRIVILEGES: CustomScheme = {
  scheme: APP_SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true },
}

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}
const HTML = 'text/html; charset=utf-8'

export interface AppContent {
  readonly files: StudioFiles
  /** The built panels by path; empty where there are none. */
  readonly pages: ReadonlyMap<string, Page>
  /** Shown instead of panels. */
  readonly landingPage: string
}

export function answerApp(content: AppContent): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      return await answer(content, request)
    } catch (thrown) {
      const error = AppError.from(thrown)
      const body = plainPage('Reprise', `<p>${escapeHtml(error.message)}</p>\n<p><code>${error.code}</code></p>`)
      return reply(body, { type: HTML, policy: PAGE_POLICY, cache: 'no-store', status: HTTP_STATUS[error.code] })
    }
  }
}

async function answer({ files, pages, landingPage }: AppContent, { method, url }: Request): Promise<Response> {
  if (!isAppAddress(url)) throw new AppError('origin-refused', 'this address is not the app’s')
  if (method !== 'GET') throw new AppError('invalid-argument', 'pages and files are only read')
  const { pathname, searchParams } = new URL(url)

  const file = await fileAt(files, pathname, Object.fromEntries(searchParams))
  if (file !== undefined) {
    const { file: opened, size } = await openStored(file.path)
    const body = Readable.toWeb(opened.createReadStream()) as ReadableStream
    return reply(body, { type: file.mimeType, policy: FILE_POLICY, cache: 'max-age=31536000, immutable', size })
  }

  if (pages.size === 0 && pathname === '/') return reply(landingPage, { type: HTML, policy: PAGE_POLICY })
  // which panel is shown stands behind the #, and is never asked for
  const page = pages.get(pathname === '/' ? '/index.html' : pathname)
  if (page === undefined) throw new AppError('not-found', 'there is nothing at this address')
  return reply(await readFile(page.path), { type: page.mimeType, policy: PAGE_POLICY })
}

interface ReplyOptions {
  type: string
  policy: string
  cache?: string
  status?: number
  size?: number
}

function reply(
  body: string | Uint8Array<ArrayBuffer> | ReadableStream,
  { type, policy, cache = 'no-cache', status = 200, size }: ReplyOptions,
): Response {
  const headers = new Headers({
    ...HEADERS,
    'content-type': type,
    'content-security-policy': policy,
    'cache-control': cache,
  })
  if (size !== undefined) headers.set('content-length', String(size))
  return new Response(body, { status, headers })
}
