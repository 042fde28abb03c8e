/**
 * Makes images of the history again and says what came of it: bit-exact, different by how much and why, or failed. The
 * judgement is on the hash of the pixels that the image had when it was made; its file only shows where they differ.
 */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AppError } from '#shared/errors.ts'
import type { FileState } from '#shared/contract/reproduce.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import type { OwnImage } from '#shared/history.ts'
import type { StudioDatabase, Writers } from '../../db/studio-database.ts'
import type { VerdictRecord } from '../../db/verdicts-reader.ts'
import type { NewVerdict } from '../../db/verdicts-writer.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { ImageStore, MadeImage } from '../images/image-store.ts'
import { encodePng } from '../images/png.ts'
import { findStored, makeFolderOf } from '../images/stored-path.ts'
import { giveName, withTemporaryFile } from '../images/temporary-file.ts'
import { originalPixels, type OriginalPixels } from './original-pixels.ts'
import { pixelDifference } from './pixel-difference.ts'
import { reproductionRequest, type RequestDeps } from './reproduction-request.ts'
import { verdictMessage } from './verdict-message.ts'
import { verdictView } from './verdict-view.ts'

export interface ReproductionDeps extends RequestDeps {
  readonly db: StudioDatabase
  readonly dataDir: string
  readonly bus: EventBus
  readonly store: Pick<ImageStore, 'readPixels' | 'restoreFile'>
}

type AlsoCommit = (write: Writers, verdictId: number) => void

const NOT_MEASURED = {
  differingPixels: null,
  maxDifference: null,
  meanDifference: null,
  psnrDb: null,
  fileState: null,
  differenceFileName: null,
}

export class Reproduction {
  readonly #deps: ReproductionDeps
  /** Images whose files are to be put right; forgotten with the process, the verdict then says that they were not. */
  readonly #toRestore = new Set<number>()

  constructor(deps: ReproductionDeps) {
    this.#deps = deps
  }

  /**
   * What makes this image again: every setting given, nothing left to defaults.
   *
   * @throws {AppError} `not-found`, `model-not-found`, `invalid-argument`
   */
  request(imageId: number): GenerationRequest {
    return reproductionRequest(this.#deps.db.read.images.getOwn(imageId), this.#deps)
  }

  /** If the image comes out bit-exact, `finish` moves aside what is in its file's place and writes the file again. */
  restoreWhenExact(imageIds: readonly number[]): void {
    for (const id of imageIds) this.#toRestore.add(id)
  }

  /**
   * Judges what was made, and stores the verdict; puts a missing file back if it is bit-exact.
   *
   * @param alsoCommit writes in the transaction of the verdict
   * @throws {AppError} `not-found` if the image was removed meanwhile; `disk-full`, `output-not-writable`, …
   */
  async finish(imageId: number, made: MadeImage, alsoCommit?: AlsoCommit): Promise<VerdictRecord> {
    const { db, bus, store } = this.#deps
    const image = db.read.images.getOwn(imageId)
    // the hash is of the bytes alone: rows of another length may have the same
    const isSameSize = made.widthPx === image.widthPx && made.heightPx === image.heightPx
    const isExact = isSameSize && made.pixelHash === image.pixelHash
    const original = await originalPixels(store, image)
    const fileState = await this.#fileState(image, original.state, isExact ? made : undefined)
    const verdict: NewVerdict = {
      ...NOT_MEASURED,
      fileState,
      imageId,
      createdAtMs: Date.now(),
      outcome: isExact ? 'bit-exact' : 'different',
      pixelHash: made.pixelHash,
      durationMs: made.durationMs,
      message: verdictMessage(image, made, isExact, fileState),
      environment: made.settings,
    }
    const isMeasured = !isExact && original.state === 'there' && isSameSize
    const record = isMeasured
      ? await this.#commitMeasured(verdict, original.pixels, made, alsoCommit)
      : this.#commit(verdict, alsoCommit)
    this.#tell(record)
    // that its file is gone was found out just now, or is over
    const isMissing = fileState === 'missing' || fileState === 'blocked'
    if (fileState === 'restored' || (isMissing && !image.isMissing)) bus.emit('images.changed', { ids: [imageId] })
    return record
  }

  /** Stores that it could not be made again. @throws {AppError} `not-found` if the image was removed meanwhile */
  fail(imageId: number, error: AppError, durationMs: number, alsoCommit?: AlsoCommit): VerdictRecord {
    this.#deps.db.read.images.getOwn(imageId)
    const record = this.#commit(
      {
        ...NOT_MEASURED,
        imageId,
        createdAtMs: Date.now(),
        outcome: 'failed',
        pixelHash: null,
        durationMs,
        message: error.message,
      },
      alsoCommit,
    )
    this.#tell(record)
    return record
  }

  /** What is in the file, after it was put right where it was missing or that was asked for; looked at, not assumed. */
  async #fileState(image: OwnImage, state: OriginalPixels['state'], exact: MadeImage | undefined): Promise<FileState> {
    const { store } = this.#deps
    const isReplacing = this.#toRestore.delete(image.id)
    if (state === 'there') return 'as-made'
    if (exact === undefined || !(state === 'missing' || isReplacing)) return state
    const isNamed = await store.restoreFile(image.id, exact, isReplacing)
    const now = await originalPixels(store, image)
    if (now.state === 'there') return 'restored'
    return now.state === 'missing' && !isNamed ? 'blocked' : now.state
  }

  #tell(verdict: VerdictRecord): void {
    this.#deps.bus.emit('verdict.added', { verdict: verdictView(verdict) })
  }

  /** With a difference picture. */
  async #commitMeasured(
    verdict: NewVerdict,
    original: Uint8Array,
    made: MadeImage,
    alsoCommit?: AlsoCommit,
  ): Promise<VerdictRecord> {
    const { dataDir } = this.#deps
    const { widthPx, heightPx } = made
    const { picture, ...numbers } = pixelDifference(original, made.pixels)
    const png = await encodePng({ widthPx, heightPx, pixels: picture, text: [] })
    const differenceFileName = `differences/${randomUUID()}.png`
    const path = join(dataDir, differenceFileName)
    return withTemporaryFile(dataDir, png, (temporaryPath) => {
      try {
        // within the transaction, as images do: whoever looks for pictures without a row meets none on its way
        return this.#commit({ ...verdict, ...numbers, differenceFileName }, (write, verdictId) => {
          alsoCommit?.(write, verdictId)
          makeFolderOf(dataDir, path)
          giveName(temporaryPath, path)
        })
      } catch (error) {
        if (findStored(dataDir, 'differences', differenceFileName) !== undefined) rmSync(path)
        throw error
      }
    })
  }

  #commit(verdict: NewVerdict, alsoCommit?: AlsoCommit): VerdictRecord {
    const { db } = this.#deps
    const id = db.transaction((write) => {
      const verdictId = write.verdicts.add(verdict)
      alsoCommit?.(write, verdictId)
      return verdictId
    })
    return db.read.verdicts.get(id)
  }
}
