/** The studio's files, by id: where they lie is known here alone, and nobody can ask for a path. */
import { extname } from 'node:path'
import type { Readable } from 'node:stream'
import type { ExportOptions } from '#shared/contract/history.ts'
import { AppError } from '#shared/errors.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { exportZip } from '../export/export-zip.ts'
import type { ImageStore } from '../images/image-store.ts'
import type { InputStore } from '../images/input-store.ts'
import { findStored } from '../images/stored-path.ts'
import type { ThumbnailSize } from '../images/thumbnail-names.ts'
import { Thumbnails } from '../images/thumbnails.ts'

export interface StudioFile {
  /** Absolute. */
  readonly path: string
  readonly mimeType: string
}

/** All of them throw `not-found` for an id that is not there, `image-file-missing` where its file is gone. */
export interface StudioFiles {
  image(id: number): Promise<StudioFile>
  thumbnail(id: number, sizePx: ThumbnailSize): Promise<StudioFile>
  input(hash: string): Promise<StudioFile>
  difference(verdictId: number): Promise<StudioFile>
  exportZip(ids: readonly number[], options: ExportOptions): Readable
}

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.gif': 'image/gif',
  '.tif': 'image/tiff',
}

interface Deps {
  readonly db: StudioDatabase
  readonly dataDir: string
  readonly store: ImageStore
  readonly inputs: InputStore
}

export function createStudioFiles({ db, dataDir, store, inputs }: Deps): StudioFiles {
  const thumbnails = new Thumbnails({ db, store, dataDir })
  const file = (path: string): StudioFile => ({
    path,
    mimeType: MIME_TYPES[extname(path)] ?? 'application/octet-stream',
  })
  return {
    image: async (id) => file((await store.fileOf(id)).path),
    thumbnail: async (id, sizePx) => file(await thumbnails.fileOf(id, sizePx)),
    input: (hash) => Promise.resolve(hash).then((known) => file(inputs.pathOf(known))),
    difference: (verdictId) => Promise.resolve(verdictId).then((id) => file(differencePath(db, dataDir, id))),
    exportZip: (ids, options) => exportZip(store, ids, options),
  }
}

function differencePath(db: StudioDatabase, dataDir: string, verdictId: number): string {
  const { differenceFileName } = db.read.verdicts.get(verdictId)
  if (differenceFileName === null) {
    throw new AppError('not-found', `verdict ${verdictId} has no difference picture: there was no difference to show`)
  }
  const path = findStored(dataDir, 'differences', differenceFileName)
  if (path !== undefined) return path
  throw new AppError('image-file-missing', `the difference picture of verdict ${verdictId} is gone: reproduce again`)
}
