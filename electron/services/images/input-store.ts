/**
 * Input images by the hash of their bytes: one file however often it is used, and never changed, so that what was
 * made from it can be made again. Whoever adds the same bytes at the same time writes the same file.
 */
import { createHash } from 'node:crypto'
import { constants, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { AppError, quoted } from '#shared/errors.ts'
import { MAX_IMAGE_FILE_BYTES } from '#shared/image-formats.ts'
import type { InputRecord } from '../../db/inputs-reader.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { inspectInput, tooManyBytes } from './inspect-input.ts'
import { findStored, makeFolderOf, storedPath } from './stored-path.ts'
import { giveName, withTemporaryFile } from './temporary-file.ts'

/** Opening a pipe would otherwise wait for its writer. Windows has neither the flag nor the problem. */
const OPEN_FLAGS = constants.O_RDONLY | ((constants as { O_NONBLOCK?: number }).O_NONBLOCK ?? 0)

export class InputStore {
  readonly #db: StudioDatabase
  readonly #dataDir: string

  constructor({ db, dataDir }: { db: StudioDatabase; dataDir: string }) {
    this.#db = db
    this.#dataDir = dataDir
  }

  /**
   * Keeps the bytes of an image file as they are. What is known already stays, and gets its file back if that is gone.
   *
   * @throws {AppError} `image-invalid`, `image-too-large`, `disk-full`, `output-not-writable`
   */
  async add(bytes: Uint8Array): Promise<InputRecord> {
    const hash = createHash('sha256').update(bytes).digest('hex')
    const known = this.#db.read.inputs.find(hash)
    if (known !== undefined && this.#hasFile(known)) return known
    const { extension, widthPx, heightPx } = await inspectInput(bytes)
    // a row that leads out of the folder can only be refused
    const fileName = known?.fileName ?? `inputs/${hash}.${extension}`
    const path = storedPath(this.#dataDir, 'inputs', fileName)
    if (path === undefined) throw goneFile(hash)
    return await withTemporaryFile(this.#dataDir, bytes, (temporaryPath) => {
      makeFolderOf(this.#dataDir, path)
      return this.#db.transaction((write) => {
        // whatever has this name already is these bytes, or wrong
        giveName(temporaryPath, path)
        write.inputs.add({ hash, fileName, sizeBytes: bytes.length, widthPx, heightPx, createdAtMs: Date.now() })
        return this.get(hash)
      })
    })
  }

  /** @throws {AppError} `image-not-found`, and what `add` throws */
  async addFile(path: string): Promise<InputRecord> {
    const bytes = await readFileWithin(path)
    try {
      return await this.add(bytes)
    } catch (error) {
      if (!(error instanceof AppError) || !error.code.startsWith('image-')) throw error
      throw new AppError(error.code, `${quoted(path)}: ${error.message}`, { data: error.data, cause: error })
    }
  }

  /** @throws {AppError} `not-found` */
  get(hash: string): InputRecord {
    const input = this.#db.read.inputs.find(hash)
    if (input !== undefined) return input
    throw new AppError('not-found', `there is no input image ${quoted(hash)}: add it first`, {
      data: { what: 'input', id: hash },
    })
  }

  /** Absolute path of its file. @throws {AppError} `not-found`, `image-file-missing` */
  pathOf(hash: string): string {
    const path = findStored(this.#dataDir, 'inputs', this.get(hash).fileName)
    if (path === undefined) throw goneFile(hash)
    return path
  }

  #hasFile({ fileName, sizeBytes }: InputRecord): boolean {
    const path = findStored(this.#dataDir, 'inputs', fileName)
    return path !== undefined && statSync(path).size === sizeBytes
  }
}

function goneFile(hash: string): AppError {
  return new AppError(
    'image-file-missing',
    `the file of the input image ${quoted(hash)} is gone from the data folder: add the same image again`,
    { data: { what: 'input', hash } },
  )
}

async function readFileWithin(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, OPEN_FLAGS)
    try {
      const stats = await file.stat()
      if (!stats.isFile()) throw new AppError('image-invalid', `${quoted(path)} is not a file`)
      if (stats.size > MAX_IMAGE_FILE_BYTES) throw tooManyBytes(stats.size)
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
    const what = code === 'ENOENT' ? 'there is no image at' : `cannot read (${code}) the image`
    throw new AppError('image-not-found', `${what} ${quoted(path)}`, { cause })
  }
}
