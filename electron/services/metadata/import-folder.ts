/** All images of a folder and those within it, one by one; what cannot be read is named and passed over. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import { MAX_IMAGE_FILE_BYTES } from '#shared/image-formats.ts'
import { tooManyBytes } from '../images/inspect-input.ts'
import { importImage, type ImportDeps, type Imported } from './import-image.ts'

export type FolderImport = { readonly path: string } & (
  Imported | { readonly outcome: 'failed'; readonly error: AppError }
)

const EXTENSIONS = ['.png', '.jpg', '.jpeg', '.webp']
/** Deeper is a loop of mounts, or nobody's collection of images. */
const MAX_DEPTH = 20
/** The data folder has no more room than that either; more is imported folder by folder. */
const MAX_FILES = 1_000_000

/** @throws {AppError} `image-not-found` if there is no such folder */
export async function* importFolder(deps: ImportDeps, folder: string): AsyncGenerator<FolderImport> {
  if (!(await isFolder(folder))) {
    throw new AppError('image-not-found', `there is no folder ${quoted(folder)} that can be read`)
  }
  let fileCount = 0
  const folders = [{ path: folder, depth: 0 }]
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
      // links are not followed: they may lead in circles
      if (entry.isDirectory() && next.depth < MAX_DEPTH) folders.push({ path, depth: next.depth + 1 })
      if (!entry.isFile() || !EXTENSIONS.includes(extname(entry.name).toLowerCase())) continue
      if (++fileCount > MAX_FILES) return
      yield await importFile(deps, path)
    }
  }
}

async function importFile(deps: ImportDeps, path: string): Promise<FolderImport> {
  try {
    const { size } = await stat(path)
    if (size > MAX_IMAGE_FILE_BYTES) throw tooManyBytes(size)
    return { path, ...(await importImage(deps, await readFile(path))) }
  } catch (thrown) {
    const error = thrown instanceof AppError ? thrown : unreadable(path, thrown)
    // nothing after it could be written either
    if (error.code === 'disk-full' || error.code === 'output-not-writable') throw error
    return { path, outcome: 'failed', error }
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
}

function unreadable(path: string, cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
  return new AppError('image-not-found', `cannot read (${code}) ${quoted(path)}`, { cause })
}
