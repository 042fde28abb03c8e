/**
 * Commands on downloads. They change rows, and so work beside a studio that runs as well as in it; what is fetched is
 * fetched by the studio's DownloadRunner, which follows the rows.
 */
import { join } from 'node:path'
import type { DownloadState, DownloadView, WantedDownload } from '#shared/contract/downloads.ts'
import { AppError, quoted } from '#shared/errors.ts'
import type { DownloadFileRecord, DownloadRecord } from '../../db/downloads-reader.ts'
import type { NewDownload, NewDownloadFile } from '../../db/downloads-writer.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'
import { downloadView, storedTarget, targetOf } from './download-view.ts'
import { checkFreeSpace, freeBytes, SPARE_BYTES } from './free-space.ts'
import { HttpClient, type HttpOptions } from './http-client.ts'
import { HUB_URL } from './hub-access.ts'
import { removeParts } from './parts-folder.ts'
import { planDownload, type DownloadPlan } from './plan-download.ts'

/** In the data folder: where downloads go that name no target. */
export const MODELS_FOLDER = 'models'

export interface DownloadsOptions extends HttpOptions {
  readonly db: StudioDatabase
  readonly bus: EventBus
  readonly dataDir: string
  /** A mirror of the hub. */
  readonly hubUrl?: string | undefined
  /** Of the disk, left to everything else. */
  readonly spareBytes?: number | undefined
}

const ON_ITS_WAY: readonly DownloadState[] = ['queued', 'running', 'paused']

export class DownloadsService {
  readonly #options: DownloadsOptions
  readonly #http: HttpClient
  /** Told after a command; resolves when what runs has followed. */
  #follow: () => Promise<void> = () => Promise.resolve()

  constructor(options: DownloadsOptions) {
    this.#options = options
    this.#http = new HttpClient(options)
  }

  /** Of the runner in this process, if there is one. */
  set follower(follow: () => Promise<void>) {
    this.#follow = follow
  }

  /** The latest first. */
  list(): DownloadView[] {
    return this.#options.db.read.downloads.list().map((record) => this.#view(record))
  }

  /** @throws {AppError} as `planDownload` */
  async plan(request: WantedDownload): Promise<DownloadPlan & { freeBytes: number }> {
    const plan = await this.#plan(request)
    return { ...plan, freeBytes: await freeBytes(plan.target) }
  }

  /** @throws {AppError} as `planDownload`; `disk-full`, `state-conflict` if it is on its way already */
  async start(request: WantedDownload): Promise<DownloadView> {
    const { db, dataDir, spareBytes } = this.#options
    const { name, target, files, sizeBytes } = await this.#plan(request)
    await checkFreeSpace(target, sizeBytes ?? 0, spareBytes ?? SPARE_BYTES)
    const wanted = { source: request.source, name, target: storedTarget(dataDir, target) }
    const id = db.transaction((write) => {
      const known = this.#knownAs(wanted, files)
      if (known === undefined) return write.downloads.add(wanted, files, Date.now())
      // it goes on with what is there
      write.downloads.setState(known, ['failed', 'cancelled'], 'queued')
      return known
    })
    return await this.#changed(id)
  }

  /** One of the same files that ended without them. @throws {AppError} `state-conflict` if any of them is on its way */
  #knownAs({ target, source }: NewDownload, wanted: readonly NewDownloadFile[]): number | undefined {
    const { downloads } = this.#options.db.read
    const others = downloads.list().filter((record) => record.target === target)
    const paths = new Set(wanted.map(({ path }) => path))
    for (const { id, state, name } of others.filter(({ state }) => ON_ITS_WAY.includes(state))) {
      const files = downloads.files(id)
      if (!files.some(({ path }) => paths.has(path))) continue
      throw new AppError(
        'state-conflict',
        `${quoted(name)} is on its way to the same folder already: resume or cancel that one`,
        { data: { id, state, isSame: isSame(files, wanted) } },
      )
    }
    const ended = others.filter((record) => record.source === source && ['failed', 'cancelled'].includes(record.state))
    return ended.find(({ id }) => isSame(downloads.files(id), wanted))?.id
  }

  pause(id: number): Promise<DownloadView> {
    return this.#setState(id, ['queued', 'running'], 'paused', 'paused')
  }

  resume(id: number): Promise<DownloadView> {
    return this.#setState(id, ['paused'], 'queued', 'resumed')
  }

  /** Goes on with what is there. */
  retry(id: number): Promise<DownloadView> {
    return this.#setState(id, ['failed', 'cancelled'], 'queued', 'tried again')
  }

  /** What was fetched and not finished is deleted, by the studio that runs or by the next one. */
  cancel(id: number): Promise<DownloadView> {
    return this.#setState(id, ['queued', 'running', 'paused', 'failed'], 'cancelled', 'cancelled')
  }

  /** Finished files stay. */
  async remove(id: number): Promise<void> {
    const { db, bus, dataDir } = this.#options
    const record = this.#get(id)
    if (!['done', 'failed', 'cancelled'].includes(record.state)) throw conflict(record, 'removed from the list')
    await this.#follow()
    await removeParts(targetOf(dataDir, record), db.read.downloads.files(id))
    db.transaction((write) => {
      write.downloads.remove(id)
    })
    bus.emit('download.removed', { id })
  }

  close(): void {
    this.#http.close()
  }

  #plan(request: WantedDownload): Promise<DownloadPlan> {
    const { hubUrl = HUB_URL, dataDir } = this.#options
    return planDownload(request, { http: this.#http, hubUrl, modelsDir: join(dataDir, MODELS_FOLDER) })
  }

  async #setState(id: number, from: DownloadState[], state: DownloadState, done: string): Promise<DownloadView> {
    const { db } = this.#options
    const record = this.#get(id)
    const finishedAtMs = state === 'cancelled' ? Date.now() : null
    if (!db.transaction((write) => write.downloads.setState(id, from, state, { finishedAtMs }))) {
      throw conflict(record, done)
    }
    return await this.#changed(id)
  }

  async #changed(id: number): Promise<DownloadView> {
    await this.#follow()
    const view = this.#view(this.#get(id))
    this.#options.bus.emit('download.changed', { download: view })
    return view
  }

  #get(id: number): DownloadRecord {
    const record = this.#options.db.read.downloads.get(id)
    if (record) return record
    throw new AppError('not-found', `there is no download ${id}: it may have been removed from the list`, {
      data: { what: 'download', id },
    })
  }

  #view(record: DownloadRecord): DownloadView {
    return downloadView(this.#options.dataDir, record, this.#options.db.read.downloads.files(record.id))
  }
}

/** What a row has to prove is never less than what is wanted; of an address it may have learnt more since. */
function isSame(files: readonly DownloadFileRecord[], wanted: readonly NewDownloadFile[]): boolean {
  const fits = (known: string | null, asked: string | null): boolean => asked === null || asked === known
  return (
    files.length === wanted.length &&
    wanted.every(({ path, url, sha256, gitSha1 }) => {
      const file = files.find((other) => other.path === path)
      return file?.url === url && fits(file.sha256, sha256) && fits(file.gitSha1, gitSha1)
    })
  )
}

function conflict({ name, state }: DownloadRecord, done: string): AppError {
  return new AppError('state-conflict', `the download of ${quoted(name)} is ${state}, and cannot be ${done} now`, {
    data: { state },
  })
}
