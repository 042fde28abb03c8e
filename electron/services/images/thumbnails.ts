/**
 * Small pictures of images, made when they are first asked for and kept as files. A cache: what is deleted is made
 * again.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { AppError } from '#shared/errors.ts'
import { notFound } from '../../db/not-found.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import type { ImageStore } from './image-store.ts'
import { findStored, makeFolderOf } from './stored-path.ts'
import { giveName, withTemporaryFile } from './temporary-file.ts'
import { thumbnailName, type ThumbnailSize } from './thumbnail-names.ts'

const QUALITY = 80
/** Made at the same time: the engine wants the processor too. */
const MAX_AT_ONCE = 2

export class Thumbnails {
  readonly #db: StudioDatabase
  readonly #store: Pick<ImageStore, 'fileOf'>
  readonly #dataDir: string
  /** By name; asked for again while it is made, it is made once. */
  readonly #underWay = new Map<string, Promise<string>>()
  readonly #waiting: (() => void)[] = []
  #busyCount = 0

  constructor({ db, store, dataDir }: { db: StudioDatabase; store: Pick<ImageStore, 'fileOf'>; dataDir: string }) {
    this.#db = db
    this.#store = store
    this.#dataDir = dataDir
  }

  /**
   * Absolute path of a WebP file. Never larger than the image itself.
   *
   * @param sizePx of the longer side
   * @throws {AppError} `not-found`, `image-file-missing`, `image-invalid`, `disk-full`, `output-not-writable`
   */
  async fileOf(imageId: number, sizePx: ThumbnailSize): Promise<string> {
    const name = thumbnailName(imageId, sizePx)
    const made = this.#underWay.get(name) ?? findStored(this.#dataDir, 'thumbnails', name)
    if (made !== undefined) return made
    const making = this.#inTurn(() => this.#make(imageId, sizePx, name)).finally(() => this.#underWay.delete(name))
    this.#underWay.set(name, making)
    return making
  }

  async #make(imageId: number, sizePx: number, name: string): Promise<string> {
    const { path: source, image } = await this.#store.fileOf(imageId)
    const webp = await sharp(source, { limitInputPixels: image.widthPx * image.heightPx, sequentialRead: true })
      .autoOrient()
      .resize({ width: sizePx, height: sizePx, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: QUALITY })
      .toBuffer()
      .catch((cause: unknown) => {
        throw new AppError('image-invalid', `the file of image ${imageId} is damaged, or was replaced by another`, {
          cause,
        })
      })
    const path = join(this.#dataDir, name)
    await withTemporaryFile(this.#dataDir, webp, (temporaryPath) => {
      makeFolderOf(this.#dataDir, path)
      giveName(temporaryPath, path)
      if (this.#db.read.images.has(imageId)) return
      // removed meanwhile, with the thumbnails that it had by then
      rmSync(path, { force: true })
      throw notFound('image', imageId)
    })
    return path
  }

  /** The latest asked for first: that is what somebody who scrolls sees now. */
  async #inTurn<T>(make: () => Promise<T>): Promise<T> {
    if (this.#busyCount === MAX_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#busyCount++
    try {
      return await make()
    } finally {
      const next = this.#waiting.pop()
      if (next === undefined) this.#busyCount--
      else next()
    }
  }
}
