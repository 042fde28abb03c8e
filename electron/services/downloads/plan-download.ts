/** What a source would bring: its files with their sizes, and where they would go. */
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { WantedDownload } from '#shared/contract/downloads.ts'
import { AppError, quoted } from '#shared/errors.ts'
import type { NewDownloadFile } from '../../db/downloads-writer.ts'
import { isInside } from '../data-folder/is-inside.ts'
import { realPlace } from '../data-folder/move-target.ts'
import { chooseFiles } from './choose-files.ts'
import { hostOf, textOf, type HttpAnswer, type HttpClient } from './http-client.ts'
import { listRepository, readModelIndex, type RepositoryFile } from './hub-repository.ts'
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

/** As many as a request may name. */
const MAX_CHOICES = 100

/** @throws {AppError} `invalid-argument`, `download-failed`, `download-refused`, `download-invalid` */
export async function planDownload(request: WantedDownload, options: PlanOptions): Promise<DownloadPlan> {
  if (request.target !== undefined && !isAbsolute(request.target)) {
    throw new AppError(
      'invalid-argument',
      `${quoted(request.target)} is not a whole path: give the folder from the root on`,
    )
  }
  const { target } = request
  if (target !== undefined) refuseOwnFolder(resolve(target), options.modelsDir)
  const source = parseSource(request.source, options.hubUrl)
  if (source.kind === 'address' && request.files !== undefined) {
    throw new AppError('invalid-argument', 'an address is one file: name files only of a repository, as owner/name')
  }
  const found =
    source.kind === 'address'
      ? await planAddress(source.url, options.http)
      : await planRepository(source, request, options)
  const { variants, name, ownFolder } = found
  const files = request.sha256 === undefined ? found.files : mustBe(request.sha256, found.files)
  checkPaths(files.map(({ path }) => path))
  return {
    name,
    target: resolve(request.target ?? join(options.modelsDir, ...ownFolder)),
    files,
    sizeBytes: sumOf(files.map(({ sizeBytes }) => sizeBytes)),
    variants,
  }
}

/**
 * The data folder's images, backups and database are no place for files of strangers; its models are.
 *
 * @throws {AppError} `invalid-argument`
 */
function refuseOwnFolder(target: string, modelsDir: string): void {
  const [place, models] = [realPlace(target), realPlace(modelsDir)]
  if (!isInside(dirname(models), place) || isInside(models, place)) return
  throw new AppError(
    'invalid-argument',
    `${quoted(target)} belongs to the data folder: downloads go to its models, or to a folder elsewhere`,
  )
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
  { variant, files: named }: WantedDownload,
  { http, hubUrl }: PlanOptions,
): Promise<Found> {
  const all = await listRepository(http, hubUrl, repository, revision)
  const isMain = revision === 'main'
  const [owner, ownName] = repository.split('/')
  const name = isMain ? repository : `${repository}@${revision}`
  const ownFolder = [owner, isMain ? ownName : `${ownName}@${revision.replaceAll('/', '-')}`]
  if (named !== undefined) return { files: filesNamed(named, all, name), variants: [], name, ownFolder }
  const index = all.find(({ path }) => path === 'model_index.json')
  if (!index) {
    throw new AppError(
      'download-refused',
      `${repository} is no repository of a diffusers model (it has no model_index.json). It has ${shownModels(all)}. For one of them, name that file`,
      { data: { files: modelFiles(all) } },
    )
  }
  const { files, variants } = chooseFiles(all, await readModelIndex(http, index), variant)
  return { files, variants, name, ownFolder }
}

/** @throws {AppError} `download-refused` */
function filesNamed(named: readonly string[], all: readonly RepositoryFile[], repository: string): RepositoryFile[] {
  return [...new Set(named)].map((path) => {
    const file = all.find((other) => other.path === path)
    if (file !== undefined) return file
    throw new AppError(
      'download-refused',
      `there is no file ${quoted(path)} in ${repository}: it has ${shownModels(all)}`,
      { data: { files: modelFiles(all) } },
    )
  })
}

function shownModels(files: readonly RepositoryFile[]): string {
  const models = modelFiles(files).map(quoted)
  return models.length === 0 ? 'no .safetensors file' : `these files: ${models.slice(0, 10).join(', ')}`
}

/** To choose from. */
function modelFiles(files: readonly RepositoryFile[]): string[] {
  return files
    .map(({ path }) => path)
    .filter((path) => path.endsWith('.safetensors'))
    .slice(0, MAX_CHOICES)
}

/** @throws {AppError} `invalid-argument`, `download-invalid` */
function mustBe(sha256: string, files: readonly NewDownloadFile[]): NewDownloadFile[] {
  const [file] = files
  if (files.length > 1) {
    throw new AppError('invalid-argument', `a sha256 proves one file, but this source has ${files.length}: name one`)
  }
  if (file.sha256 !== null && file.sha256 !== sha256) {
    throw new AppError(
      'download-invalid',
      `${file.path} is another file than was asked for: its sha256 is ${file.sha256}, not ${sha256}. Nothing was fetched`,
      { data: { path: file.path, expected: sha256, found: file.sha256 } },
    )
  }
  return [{ ...file, sha256 }]
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
