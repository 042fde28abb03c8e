/** Image files, and all of folders and of those within them, one by one; what cannot be read is named and passed over. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import { MAX_IMAGE_FILE_BYTES } from '#shared/image-formats.ts'
import { tooManyBytes } from '../images/inspect-input.ts'
import { identifyImage } from './identify-image.ts'
import { keepImage, ownSettings, type ImportDeps, type Imported } from './import-image.ts'

export type PathImport = { readonly path: string } & (
  | Imported
  /** Passed over, because only ours were asked for. */
  | { readonly outcome: 'foreign' }
  | { readonly outcome: 'failed'; readonly error: AppError }
)

interface ImportOptions {
  /** Only images that were made here, every pixel as it was. */
  readonly onlyOwn?: boolean
}

const EXTENSIONS = ['.png', '.jpg', '.jpeg', '.webp']
/** Deeper is a loop of mounts, or nobody's collection of images. */
const MAX_DEPTH = 20
/** The data folder has no more room than that either; more is imported folder by folder. */
const MAX_FILES = 1_000_000

/** What is nowhere fails for itself, and the others are imported. @throws {AppError} `disk-full`, `output-not-writable` */
export async function* importPaths(
  deps: ImportDeps,
  paths: readonly string[],
  options: ImportOptions = {},
): AsyncGenerator<PathImport> {
  const folders: { path: string; depth: number }[] = []
  const files: string[] = []
  for (const path of paths) {
    const stats = await stat(path).catch((cause: unknown) => unreadable(path, cause))
    if (stats instanceof AppError) yield { path, outcome: 'failed', error: stats }
    else if (stats.isDirectory()) folders.push({ path, depth: 0 })
    else files.push(path)
  }
  for (const path of files) yield await importFile(deps, path, options)
  let fileCount = 0
  for (let next = folders.shift(); next !== undefined; next = folders.shift()) {
    const entries = await readdir(next.path, { withFileTypes: true }).catch((cause: unknown) =>
      unreadable(next.path, cause),
    )
    if (entries instanceof AppError) {
      yield { path: next.path, outcome: 'failed', error: entries }
      continue
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      const path = join(next.path, entry.name)
      // links are not followed: they may lead in circles; the data folder has its own images and thumbnails of them
      const isFolder = entry.isDirectory() && path !== deps.dataDir
      if (isFolder && next.depth < MAX_DEPTH) folders.push({ path, depth: next.depth + 1 })
      if (!entry.isFile() || !EXTENSIONS.includes(extname(entry.name).toLowerCase())) continue
      if (++fileCount > MAX_FILES) return
      yield await importFile(deps, path, options)
    }
  }
}

async function importFile(deps: ImportDeps, path: string, { onlyOwn = false }: ImportOptions): Promise<PathImport> {
  try {
    const stats = await stat(path)
    // a pipe would wait for its writer
    if (!stats.isFile()) throw new AppError('image-invalid', 'it is neither a file nor a folder')
    if (stats.size > MAX_IMAGE_FILE_BYTES) throw tooManyBytes(stats.size)
    const bytes = await readFile(path)
    const own = ownSettings(bytes)
    if (onlyOwn && own === undefined) return { path, outcome: 'foreign' }
    const image = await identifyImage(bytes, own)
    if (onlyOwn && image.origin !== 'reprise') return { path, outcome: 'foreign' }
    return { path, ...(await keepImage(deps, bytes, image, stats.mtimeMs)) }
  } catch (thrown) {
    const error = thrown instanceof AppError ? thrown : unreadable(path, thrown)
    // nothing after it could be written either
    if (['disk-full', 'disk-failed', 'output-not-writable'].includes(error.code)) throw error
    return { path, outcome: 'failed', error }
  }
}

function unreadable(path: string, cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
  const what = code === 'ENOENT' ? 'there is nothing at' : `cannot read (${code})`
  return new AppError('image-not-found', `${what} ${quoted(path)}`, { cause })
}
