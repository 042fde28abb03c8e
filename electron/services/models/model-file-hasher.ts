/**
 * The sha256 of whole model files, which other apps and sites know models by: one file at a time, a little at a time,
 * and not while images are made. A file that changes meanwhile is hashed again later.
 */
import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '#shared/errors.ts'
import type { ModelFileRecord } from '../../db/model-files-reader.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'
import { stampOf } from './file-stamp.ts'
import type { ModelFiles } from './model-files.ts'

export interface ModelFileHasherOptions {
  readonly db: StudioDatabase
  readonly bus: EventBus
  readonly files: Pick<ModelFiles, 'lookAgain'>
  /** Whether the machine has better things to do. */
  readonly isBusy: () => boolean
  /** How many times as long as a chunk took the pause after it is. */
  readonly pauseShare?: number | undefined
  /** Between two looks at whether there is time for it. */
  readonly lookEveryMs?: number | undefined
}

const CHUNK_BYTES = 2 ** 20
/** A tenth of one core at most, some 70 MB/s; less where other programs compute, as chunks take longer there. */
const PAUSE_SHARE = 9
const LOOK_EVERY_MS = 2_000

export class ModelFileHasher {
  readonly #options: ModelFileHasherOptions
  readonly #abort = new AbortController()
  /** That changed while they were hashed, or could not be found: they wait until all others are done. */
  readonly #later = new Set<number>()
  #running: Promise<void> = Promise.resolve()

  constructor(options: ModelFileHasherOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = this.#run()
  }

  async close(): Promise<void> {
    this.#abort.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { db, bus, isBusy, lookEveryMs = LOOK_EVERY_MS } = this.#options
    const { signal } = this.#abort
    while (!signal.aborted) {
      try {
        const file = isBusy() ? undefined : db.read.modelFiles.nextToHash([...this.#later])
        if (file) {
          await this.#hash(file)
          continue
        }
      } catch (error) {
        bus.emit('warning', { message: `a model file could not be hashed: ${AppError.from(error).message}` })
      }
      this.#later.clear()
      await delay(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async #hash(file: ModelFileRecord): Promise<void> {
    const { db, bus } = this.#options
    try {
      const sha256 = db.read.modelFiles.hashOf(file.stamp) ?? (await this.#read(file))
      if (sha256 === undefined) {
        // somebody may still be writing it
        this.#later.add(file.id)
        await this.#options.files.lookAgain(file)
      } else if (this.#save(file, sha256)) bus.emit('models.changed', {})
    } catch (error) {
      if (this.#abort.signal.aborted) return
      if (error instanceof AppError) throw error
      // one that is gone the next scan takes from the list
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#later.add(file.id)
      else this.#save(file, null)
    }
  }

  #save({ id, stamp }: ModelFileRecord, sha256: string | null): boolean {
    const state = sha256 === null ? 'failed' : 'done'
    return this.#options.db.transaction((write) => write.modelFiles.setHash(id, stamp, sha256, state))
  }

  /** @returns nothing if the file is not, or no longer, what the last scan saw */
  async #read({ path, stamp }: ModelFileRecord): Promise<string | undefined> {
    const { isBusy, pauseShare = PAUSE_SHARE, lookEveryMs = LOOK_EVERY_MS } = this.#options
    const { signal } = this.#abort
    const hash = createHash('sha256')
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    const file = await open(path, 'r')
    try {
      if (!(await isStill(file, stamp))) return undefined
      for (;;) {
        while (isBusy()) await delay(lookEveryMs, undefined, { signal, ref: false })
        const beganMs = performance.now()
        const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, null)
        if (bytesRead === 0) break
        hash.update(chunk.subarray(0, bytesRead))
        const tookMs = performance.now() - beganMs
        await delay(pauseShare * tookMs, undefined, { signal, ref: false })
      }
      return (await isStill(file, stamp)) ? hash.digest('hex') : undefined
    } finally {
      await file.close()
    }
  }
}

async function isStill(file: FileHandle, stamp: string): Promise<boolean> {
  return stampOf(await file.stat({ bigint: true })) === stamp
}
