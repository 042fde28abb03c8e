/**
 * The images of the history and their files. A file gets its name inside the transaction that adds its row, and is
 * taken away again if that fails. Transactions shut each other out across processes, so whoever looks for files
 * without rows inside of one never meets an image that is just being saved.
 */
import { rm } from 'node:fs/promises'
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import { AppError, quoted } from '#shared/errors.ts'
import { ImageSettingsSchema, type ImageSettings } from '#shared/generation.ts'
import type { ImageRecord, OwnImage } from '#shared/history.ts'
import type { StudioDatabase, Writers } from '../../db/studio-database.ts'
import { decodeForeign, type Pixels } from './decode-foreign.ts'
import { imageText } from './image-text.ts'
import { imagePath, nameImageFile, type ImagePlace } from './name-image-file.ts'
import { encodePng } from './png.ts'
import { writeRemovalNote } from './removal-note.ts'
import { decodeStored } from './stored-pixels.ts'
import { findStored, makeFolderOf, type StoredFolder } from './stored-path.ts'
import { giveNewName, moveAside, withTemporaryFile } from './temporary-file.ts'
import { thumbnailNames } from './thumbnail-names.ts'

/** The engine's finished image: its event without type and item. */
export type MadeImage = Pick<
  Extract<GenerationEvent, { type: 'image' }>,
  'widthPx' | 'heightPx' | 'pixels' | 'pixelHash' | 'settings' | 'durationMs' | 'threadCount'
>

export class ImageStore {
  readonly #db: StudioDatabase
  readonly #dataDir: string

  constructor({ db, dataDir }: { db: StudioDatabase; dataDir: string }) {
    this.#db = db
    this.#dataDir = dataDir
  }

  /**
   * As a PNG with its settings, in the folder of a day (UTC). An input that it was made from must have its row.
   *
   * @param place `name`: what comes before "-<seed>.png"; where that exists, "-2", "-3", … is added
   * @param alsoCommit writes in the transaction of the image's row; what it throws undoes the save
   * @throws {AppError} `disk-full`, `output-not-writable`, `not-found` (its input), what `alsoCommit` throws
   */
  async save(
    made: MadeImage,
    place: ImagePlace,
    alsoCommit?: (write: Writers, imageId: number) => void,
  ): Promise<OwnImage> {
    const { settings, pixelHash, durationMs, threadCount } = made
    const png = await encode(made, settings)
    const folder = { db: this.#db, dataDir: this.#dataDir }
    const id = await withTemporaryFile(this.#dataDir, png, (temporaryPath) =>
      nameImageFile(folder, temporaryPath, (write, giveName) => {
        this.#requireInput(settings.inputImageHash)
        const imageId = write.images.add({
          ...settings,
          createdAtMs: Date.now(),
          pixelHash,
          fileName: giveName(place, settings.seed),
          fileSizeBytes: png.length,
          threadCount,
          durationMs,
        })
        alsoCommit?.(write, imageId)
        return imageId
      }),
    )
    return this.#db.read.images.getOwn(id)
  }

  /**
   * Absolute path of an image's file. Whether it is there is kept with the row.
   *
   * @throws {AppError} `not-found`, `image-file-missing`
   */
  // eslint-disable-next-line @typescript-eslint/require-await -- looking is quick; callers need not know that
  async fileOf(imageId: number): Promise<{ path: string; image: ImageRecord }> {
    const image = this.#db.read.images.get(imageId)
    const path = findStored(this.#dataDir, 'images', image.fileName)
    if ((path === undefined) !== image.isMissing) this.#markMissing(image)
    if (path === undefined) {
      throw new AppError(
        'image-file-missing',
        `the file of image ${imageId}, ${quoted(image.fileName)}, is gone from the data folder: ` +
          'put it back, or make the image again with Reproduce',
        { data: { id: imageId, fileName: image.fileName } },
      )
    }
    return { path, image }
  }

  /**
   * Pixels of the stored file: RGB8 of one that was made here, of others as they are seen.
   *
   * @throws {AppError} `not-found`, `image-file-missing`, `image-invalid` (damaged, or replaced by something else)
   */
  async readPixels(imageId: number): Promise<Pixels> {
    const { path, image } = await this.fileOf(imageId)
    const { widthPx, heightPx } = image
    if (image.origin === 'reprise') {
      return { widthPx, heightPx, channels: 3, pixels: await decodeStored(path, image) }
    }
    const pixels = await decodeForeign(path, widthPx * heightPx)
    if (pixels.widthPx === widthPx && pixels.heightPx === heightPx) return pixels
    throw new AppError('image-invalid', `${quoted(path)} was replaced by an image of another size`)
  }

  /**
   * Writes the file of a row again, as its save wrote it, under its name unless that is taken.
   *
   * @param made the same pixels as the row tells of
   * @param isReplacing what has its name is moved aside, whatever it is, and kept
   * @returns whether it got its name: not if a folder, link or other thing has it
   * @throws {AppError} `not-found`, `disk-full`, `output-not-writable`
   */
  async restoreFile(imageId: number, made: MadeImage, isReplacing = false): Promise<boolean> {
    const image = this.#db.read.images.getOwn(imageId)
    if (made.pixelHash !== image.pixelHash) {
      throw new AppError('internal', `image ${imageId} was to get the file of another image`)
    }
    const path = imagePath(this.#dataDir, image.fileName)
    // the row's settings, not this run's: versions may differ that did not change the pixels
    const png = await encode(made, image)
    return await withTemporaryFile(this.#dataDir, png, (temporaryPath) => {
      makeFolderOf(this.#dataDir, path)
      return this.#db.transaction((write) => {
        if (isReplacing) moveAside(path)
        const hasName = giveNewName(temporaryPath, path)
        if (hasName) write.images.setMissing(imageId, false)
        return hasName
      })
    })
  }

  /**
   * For good: rows in one transaction, then files, thumbnails and difference pictures. What is gone already is no error.
   *
   * @throws {AppError} `data-folder-busy`, …: nothing was removed then
   */
  async remove(imageIds: readonly number[]): Promise<void> {
    const { read } = this.#db
    const images = imageIds.flatMap((id) => read.images.find(id) ?? [])
    const note = await writeRemovalNote(
      this.#dataDir,
      images.map(({ fileName }) => fileName),
    )
    const differences = this.#db.transaction((write) => {
      const found = read.verdicts.differenceFilesOf(imageIds)
      for (const { id } of images) if (read.images.has(id)) write.images.remove(id)
      return found
    })
    const files: (readonly [StoredFolder, string])[] = [
      ...images.map(({ fileName }) => ['images', fileName] as const),
      ...images.flatMap(({ id }) => thumbnailNames(id).map((name) => ['thumbnails', name] as const)),
      ...differences.map((fileName) => ['differences', fileName] as const),
    ]
    let areGone = true
    for (const [folder, fileName] of files) areGone = (await this.#delete(folder, fileName)) && areGone
    if (areGone && note !== undefined) await rm(note, { force: true })
  }

  /** @returns whether it is gone; what is in use on Windows is deleted at the next start */
  async #delete(folder: StoredFolder, fileName: string): Promise<boolean> {
    try {
      const path = findStored(this.#dataDir, folder, fileName)
      if (path !== undefined) await rm(path, { force: true })
      return true
    } catch {
      return false
    }
  }

  #markMissing({ id, fileName }: ImageRecord): void {
    try {
      this.#db.transaction((write) => {
        write.images.setMissing(id, findStored(this.#dataDir, 'images', fileName) === undefined)
      })
    } catch {
      // only a mark: it is made at the next look
    }
  }

  #requireInput(hash: string | undefined): void {
    if (hash === undefined || this.#db.read.inputs.find(hash) !== undefined) return
    throw new AppError('not-found', `the input image ${hash} is not in the data folder: add it first`, {
      data: { what: 'input', id: hash },
    })
  }
}

function encode({ widthPx, heightPx, pixels }: MadeImage, settings: ImageSettings): Promise<Buffer> {
  // parsed, so that rows and the engine give the same bytes: nothing else, in one order
  return encodePng({ widthPx, heightPx, pixels, text: imageText(ImageSettingsSchema.parse(settings)) })
}
