/**
 * Fetches what the rows of downloads ask for: a few files at a time, the first asked for first. It follows the rows,
 * whoever changes them: each look ends what shall no longer run and begins what may. After a kill it goes on where the
 * rows say.
 *
 * Of all processes on a data folder one fetches: the first that has something to. The others look again and again, and
 * take over when it ends.
 */
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { DownloadFileRecord, DownloadRecord } from '../../db/downloads-reader.ts'
import { databasePaths } from '../../db/data-folder.ts'
import { lockDataFolder, type DataFolderLock } from '../../db/data-folder-lock.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { isInside } from '../data-folder/is-inside.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { ModelsService } from '../models/models-service.ts'
import { downloadView, targetOf } from './download-view.ts'
import { MODELS_FOLDER, type DownloadsService } from './downloads-service.ts'
import type { FileOnItsWay, TransferLimits } from './fetch-rest.ts'
import { checkFreeSpace, SPARE_BYTES } from './free-space.ts'
import { HttpClient, type HttpOptions } from './http-client.ts'
import { partsFolder, removeParts } from './parts-folder.ts'
import { ProgressTeller } from './progress-teller.ts'
import { makeFolder, transferFile } from './transfer-file.ts'

export interface DownloadRunnerOptions extends HttpOptions {
  readonly db: StudioDatabase
  readonly bus: EventBus
  readonly dataDir: string
  readonly models: Pick<ModelsService, 'addFolder'>
  /** Its commands are followed at once; those of other processes when `wake` is called. */
  readonly downloads?: DownloadsService | undefined
  readonly filesAtOnce?: number | undefined
  readonly limits?: Partial<TransferLimits> | undefined
}

const FILES_AT_ONCE = 3
/** How often one that may not fetch looks whether it may now. */
const LOOK_AGAIN_MS = 1_000
const LIMITS: TransferLimits = {
  stallMs: 30_000,
  stallBytes: 4_096,
  spareBytes: SPARE_BYTES,
  firstWaitMs: 1_000,
  maxWaitMs: 60_000,
  maxFailures: 10,
}

interface Transfer {
  readonly downloadId: number
  readonly fileId: number
  readonly abort: AbortController
  readonly over: Promise<void>
}

export class DownloadRunner {
  readonly #options: DownloadRunnerOptions
  readonly #http: HttpClient
  readonly #limits: TransferLimits
  readonly #transfers = new Set<Transfer>()
  readonly #teller: ProgressTeller
  /** Cancelled ones whose parts are gone. */
  readonly #cleaned = new Set<number>()
  /** Until the models of what is done are in the list. */
  #adding: Promise<unknown> = Promise.resolve()
  /** While this process is the one that fetches. */
  #lock: DataFolderLock | undefined
  #lookAgain: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  #isClosed = true

  constructor(options: DownloadRunnerOptions) {
    this.#options = options
    this.#http = new HttpClient(options)
    this.#limits = { ...LIMITS, ...options.limits }
    this.#teller = new ProgressTeller((progress) => {
      options.bus.emit('download.progress', progress)
    })
    if (options.downloads) options.downloads.follower = () => this.wake()
  }

  start(): void {
    this.#isClosed = false
    void this.wake()
  }

  /** Looks at the rows. Resolves when what shall no longer run has ended and what may run has begun. */
  wake(): Promise<void> {
    const look = this.#looking.then(async () => {
      if (this.#isClosed) return
      try {
        await this.#look()
      } catch (error) {
        this.#warn('downloads could not be looked at', error)
      }
    })
    this.#looking = look
    return look
  }

  /** Until the models of what is done are in the list. */
  get added(): Promise<unknown> {
    return this.#adding
  }

  /** What runs is kept as far as it is, and goes on after the next start. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#looking
    clearTimeout(this.#lookAgain)
    await this.#end([...this.#transfers])
    this.#http.close()
    this.#lock?.release()
    this.#lock = undefined
  }

  async #look(): Promise<void> {
    const { db, dataDir, filesAtOnce = FILES_AT_ONCE } = this.#options
    const pending = db.read.downloads.pending()
    const wanted = new Set(pending.map(({ id }) => id))
    await this.#end([...this.#transfers].filter(({ downloadId }) => !wanted.has(downloadId)))
    const cancelled = db.read.downloads.list().filter(({ state }) => state === 'cancelled')
    for (const id of this.#cleaned) if (!cancelled.some((record) => record.id === id)) this.#cleaned.delete(id)
    const unclean = cancelled.filter(({ id }) => !this.#cleaned.has(id))
    if ((pending.length === 0 && unclean.length === 0) || !this.#mayFetch()) return
    for (const record of unclean) {
      this.#cleaned.add(record.id)
      await removeParts(targetOf(dataDir, record), db.read.downloads.files(record.id))
      db.transaction((write) => {
        write.downloads.forgetParts(record.id)
      })
    }
    for (const record of pending) {
      const files = db.read.downloads.files(record.id).filter(({ isDone }) => !isDone)
      const running = new Set([...this.#transfers].map(({ fileId }) => fileId))
      const waiting = files.filter(({ id }) => !running.has(id))
      if (files.length === 0) await this.#finish(record)
      for (const file of waiting) {
        if (this.#transfers.size >= filesAtOnce) return
        // it makes a folder a model, so it comes when everything else is there
        if (file.path === 'model_index.json' && files.length > 1) continue
        if (!(await this.#begin(record, file))) break
      }
    }
  }

  /** @throws {AppError} `output-not-writable`, … */
  #mayFetch(): boolean {
    try {
      this.#lock ??= lockDataFolder(databasePaths(this.#options.dataDir).downloadsLock)
      return true
    } catch (error) {
      if (AppError.from(error).code !== 'data-folder-busy') throw error
      clearTimeout(this.#lookAgain)
      this.#lookAgain = setTimeout(() => void this.wake(), LOOK_AGAIN_MS)
      return false
    }
  }

  /** @returns false if the download failed at once */
  async #begin(record: DownloadRecord, file: DownloadFileRecord): Promise<boolean> {
    const { db, dataDir } = this.#options
    const target = targetOf(dataDir, record)
    try {
      const all = db.read.downloads.files(record.id)
      const missing = all.reduce((sum, { isDone, sizeBytes, bytesDone }) => {
        return isDone ? sum : sum + Math.max(0, (sizeBytes ?? 0) - bytesDone)
      }, 0)
      await checkFreeSpace(target, missing, this.#limits.spareBytes)
      await makeFolder(partsFolder(target))
      if (
        record.state === 'queued' &&
        db.transaction((write) => write.downloads.setState(record.id, ['queued'], 'running'))
      ) {
        this.#tellChanged(record.id)
      }
      this.#teller.watch(record.id, all)
    } catch (error) {
      this.#fail(record, AppError.from(error))
      return false
    }
    const abort = new AbortController()
    const transfer: Transfer = {
      downloadId: record.id,
      fileId: file.id,
      abort,
      over: this.#transfer(record, target, file, abort.signal).finally(() => {
        this.#transfers.delete(transfer)
        if (![...this.#transfers].some(({ downloadId }) => downloadId === record.id)) this.#teller.forget(record.id)
        void this.wake()
      }),
    }
    this.#transfers.add(transfer)
    return true
  }

  async #transfer(
    record: DownloadRecord,
    target: string,
    file: DownloadFileRecord,
    signal: AbortSignal,
  ): Promise<void> {
    const { db } = this.#options
    const { sizeBytes, sha256, etag, lastModified, partName, bytesDone, isDone, note } = file
    const onItsWay: FileOnItsWay = {
      record: file,
      progress: { sizeBytes, sha256, etag, lastModified, partName, bytesDone, isDone, note },
      partsDir: partsFolder(target),
      mayResume: true,
    }
    try {
      await transferFile(target, onItsWay, {
        http: this.#http,
        limits: this.#limits,
        signal,
        save: () => {
          db.transaction((write) => {
            write.downloads.saveFile(file.id, onItsWay.progress)
          })
        },
        onBytes: (bytes) => {
          this.#teller.set(record.id, file.path, bytes, onItsWay.progress.sizeBytes)
        },
      })
      this.#tellChanged(record.id)
    } catch (error) {
      if (!signal.aborted) this.#fail(record, AppError.from(error))
    }
  }

  async #finish(record: DownloadRecord): Promise<void> {
    const { db, dataDir, models } = this.#options
    const target = targetOf(dataDir, record)
    await removeParts(target, [])
    const finishedAtMs = Date.now()
    if (
      !db.transaction((write) => write.downloads.setState(record.id, ['queued', 'running'], 'done', { finishedAtMs }))
    ) {
      return
    }
    this.#tellChanged(record.id)
    const own = join(dataDir, MODELS_FOLDER)
    // not waited for: a scan may take its time, and other downloads need not
    const adding = models.addFolder(isInside(own, target) ? own : target).catch((error: unknown) => {
      this.#warn('what was downloaded could not be added to the models', error)
    })
    this.#adding = Promise.all([this.#adding, adding])
  }

  #fail(record: DownloadRecord, error: AppError): void {
    try {
      const changed = this.#options.db.transaction((write) =>
        write.downloads.setState(record.id, ['queued', 'running'], 'failed', {
          error: error.toWire(),
          finishedAtMs: Date.now(),
        }),
      )
      if (changed) this.#tellChanged(record.id)
    } catch (unsaved) {
      this.#warn(
        `the download of ${record.name} failed (${error.message}), and that could not be written down`,
        unsaved,
      )
    }
    // its other files end
    void this.wake()
  }

  async #end(transfers: readonly Transfer[]): Promise<void> {
    for (const { abort } of transfers) abort.abort()
    await Promise.all(transfers.map(({ over }) => over))
  }

  #tellChanged(id: number): void {
    const { db, bus, dataDir } = this.#options
    const record = db.read.downloads.get(id)
    if (record) bus.emit('download.changed', { download: downloadView(dataDir, record, db.read.downloads.files(id)) })
  }

  #warn(what: string, error: unknown): void {
    this.#options.bus.emit('warning', { message: `${what}: ${AppError.from(error).message}` })
  }
}
