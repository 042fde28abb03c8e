/** Backups of the owner's database: one a day, and one before many images go for good. */
import { AppError } from '#shared/errors.ts'
import { listBackups } from '../../db/backup.ts'
import { databasePaths } from '../../db/data-folder.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** How often it is looked whether a day is over: a machine that sleeps keeps no timers. */
const LOOK_MS = 60 * 60 * 1000
/** Fewer are no reason for a backup of everything. */
const MANY_IMAGES = 20

export class BackupSchedule {
  readonly #db: StudioDatabase
  readonly #dataDir: string
  readonly #onProblem: (error: AppError) => void
  #timer: NodeJS.Timeout | undefined

  /** @param options `onProblem`: a backup was due and could not be made */
  constructor(options: { db: StudioDatabase; dataDir: string; onProblem: (error: AppError) => void }) {
    this.#db = options.db
    this.#dataDir = options.dataDir
    this.#onProblem = options.onProblem
  }

  /** Makes one now if it is due. */
  start(): void {
    this.#ifDue()
    this.#timer = setInterval(() => {
      this.#ifDue()
    }, LOOK_MS).unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** @param imageCount how many images are about to be removed for good */
  beforeRemoving(imageCount: number): void {
    this.#backUpIf(() => imageCount >= MANY_IMAGES)
  }

  #ifDue(): void {
    this.#backUpIf(() => {
      const latest = listBackups(databasePaths(this.#dataDir).backups).at(0)
      const ageMs = Date.now() - (latest?.madeAtMs ?? 0)
      // a clock that was set back makes no backup look fresh for years
      return Math.abs(ageMs) >= DAY_MS && this.#hasSomethingToLose()
    })
  }

  #hasSomethingToLose(): boolean {
    const { images, jobs, presets } = this.#db.read
    return images.filesAfter(0, 1).length + jobs.pending().length + jobs.finished(1).length + presets.list().length > 0
  }

  #backUpIf(isDue: () => boolean): void {
    try {
      if (isDue()) this.#db.backup()
    } catch (error) {
      this.#onProblem(AppError.from(error))
    }
  }
}
