/** What a source would bring: its files with their sizes, and where they would go. */
import { isAbsolute, join, resolve } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import type { NewDownloadFile } from '../../db/downloads-writer.ts'
import { chooseFiles } from './choose-files.ts'
import { hostOf, textOf, type HttpAnswer, type HttpClient } from './http-client.ts'
import { listRepository, readModelIndex } from './hub-repository.ts'
import { parseSource } from './parse-source.ts'
import { refusal } from './refusal.ts'
import { checkPaths, isSafeName } from './safe-path.ts'

export interface DownloadPlan {
  readonly name: string
  /** Absolute. */
  readonly target: string
  readonly files: readonly NewDownloadFile[]
  /** Null if the size of any is not known. */
  readonly sizeBytes: number | null
  readonly variants: readonly string[]
}

export interface PlanOptions {
  readonly http: HttpClient
  readonly hubUrl: string
  /** Where downloads go that name no target. */
  readonly modelsDir: string
}

export interface PlanRequest {
  readonly source: string
  readonly target?: string | undefined
  readonly variant?: string | undefined
}

/** @throws {AppError} `invalid-argument`, `download-failed`, `download-refused`, `download-invalid` */
export async function planDownload(request: PlanRequest, options: PlanOptions): Promise<DownloadPlan> {
  if (request.target !== undefined && !isAbsolute(request.target)) {
    throw new AppError(
      'invalid-argument',
      `${quoted(request.target)} is not a whole path: give the folder from the root on`,
    )
  }
  const source = parseSource(request.source, options.hubUrl)
  const { files, variants, name, ownFolder } =
    source.kind === 'address'
      ? await planAddress(source.url, options.http)
      : await planRepository(source, request.variant, options)
  checkPaths(files.map(({ path }) => path))
  return {
    name,
    target: resolve(request.target ?? join(options.modelsDir, ...ownFolder)),
    files,
    sizeBytes: sumOf(files.map(({ sizeBytes }) => sizeBytes)),
    variants,
  }
}

interface Found {
  files: NewDownloadFile[]
  variants: string[]
  name: string
  /** Below the models. */
  ownFolder: string[]
}

async function planRepository(
  { repository, revision }: { repository: string; revision: string },
  variant: string | undefined,
  { http, hubUrl }: PlanOptions,
): Promise<Found> {
  const all = await listRepository(http, hubUrl, repository, revision)
  const index = all.find(({ path }) => path === 'model_index.json')
  if (!index) {
    const singles = all.filter(({ path }) => path.endsWith('.safetensors')).map(({ path }) => quoted(path))
    const has = singles.length === 0 ? 'no .safetensors file either' : `these files: ${singles.slice(0, 10).join(', ')}`
    throw new AppError(
      'download-refused',
      `${repository} is no repository of a diffusers model (it has no model_index.json). It has ${has}. For a single file, give its own address`,
    )
  }
  const { files, variants } = chooseFiles(all, await readModelIndex(http, index), variant)
  const isMain = revision === 'main'
  const [owner, name] = repository.split('/')
  return {
    files,
    variants,
    name: isMain ? repository : `${repository}@${revision}`,
    ownFolder: [owner, isMain ? name : `${name}@${revision.replaceAll('/', '-')}`],
  }
}

/** Asks for the file and reads nothing of it: some servers know no HEAD. */
async function planAddress(url: URL, http: HttpClient): Promise<Found> {
  const answer = await http.get(url)
  answer.body.destroy()
  if (answer.status !== 200) throw refusal(answer, 'the file')
  if (/^text\/html\b/i.test(textOf(answer.headers['content-type']))) {
    throw new AppError(
      'download-refused',
      `${hostOf(answer.url)} answers with a web page: give the address of the file itself; perhaps it needs a token`,
    )
  }
  const path = fileNameOf(answer, url)
  const length = textOf(answer.headers['content-length'])
  const sizeBytes = /^\d{1,15}$/.test(length) ? Number(length) : null
  const file = { path, url: url.href, sizeBytes, sha256: answer.linkedSha256, gitSha1: null }
  return { files: [file], variants: [], name: path, ownFolder: [] }
}

/** As the server calls it, or as the address ends. @throws {AppError} `download-invalid` if neither can be used */
function fileNameOf({ headers, url: last }: HttpAnswer, first: URL): string {
  const disposition = textOf(headers['content-disposition'])
  const candidates = [
    decoded(/filename\*\s*=\s*utf-8''([^;\s]+)/i.exec(disposition)?.[1]),
    /filename\s*=\s*"([^"]+)"/i.exec(disposition)?.[1],
    /filename\s*=\s*([^";\s]+)/i.exec(disposition)?.[1],
    ...[first, last].map((url) => decoded(url.pathname.split('/').at(-1))),
  ]
  const name = candidates.find((candidate) => candidate !== undefined && isSafeName(candidate))
  if (name !== undefined) return name
  throw new AppError('download-invalid', `${hostOf(last)} gives the file no name that a file can have here`)
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    return undefined
  }
}

export function sumOf(sizes: readonly (number | null)[]): number | null {
  return sizes.reduce<number | null>((sum, size) => (sum === null || size === null ? null : sum + size), 0)
}
