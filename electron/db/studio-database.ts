/**
 * The studio's database: readers for everybody, writers only inside a transaction.
 *
 *     const image = db.read.images.get(id)
 *     db.transaction((write) => {
 *       const imageId = write.images.add(image)
 *       write.jobItems.finish(itemId, imageId, Date.now())
 *     })
 */
import type Database from 'better-sqlite3'
import { AppError } from '#shared/errors.ts'
import { CollectionsReader } from './collections-reader.ts'
import { CollectionsWriter } from './collections-writer.ts'
import { databaseError } from './database-error.ts'
import { DownloadsReader } from './downloads-reader.ts'
import { DownloadsWriter } from './downloads-writer.ts'
import { HistoryReader } from './history-reader.ts'
import { ImagesReader } from './images-reader.ts'
import { ImagesWriter } from './images-writer.ts'
import { InputsReader } from './inputs-reader.ts'
import { InputsWriter } from './inputs-writer.ts'
import { checkIntegrity } from './integrity.ts'
import { JobItemsReader } from './job-items-reader.ts'
import { JobItemsWriter } from './job-items-writer.ts'
import { JobsReader } from './jobs-reader.ts'
import { JobsWriter } from './jobs-writer.ts'
import { ModelFilesReader } from './model-files-reader.ts'
import { ModelFilesWriter } from './model-files-writer.ts'
import { ModelsReader } from './models-reader.ts'
import { ModelsWriter } from './models-writer.ts'
import { PresetsReader } from './presets-reader.ts'
import { PresetsWriter } from './presets-writer.ts'
import { PromptsReader } from './prompts-reader.ts'
import { ReadSettingsReader } from './read-settings-reader.ts'
import { SettingsReader } from './settings-reader.ts'
import { SettingsWriter } from './settings-writer.ts'
import { ReadSql, WriteSql } from './sql.ts'
import { StatisticsReader } from './statistics-reader.ts'
import { TagsReader } from './tags-reader.ts'
import { TagsWriter } from './tags-writer.ts'
import { VerdictsReader } from './verdicts-reader.ts'
import { VerdictsWriter } from './verdicts-writer.ts'

const readersOf = (sql: ReadSql) => ({
  collections: new CollectionsReader(sql),
  downloads: new DownloadsReader(sql),
  history: new HistoryReader(sql),
  images: new ImagesReader(sql),
  inputs: new InputsReader(sql),
  jobItems: new JobItemsReader(sql),
  jobs: new JobsReader(sql),
  modelFiles: new ModelFilesReader(sql),
  models: new ModelsReader(sql),
  presets: new PresetsReader(sql),
  prompts: new PromptsReader(sql),
  readSettings: new ReadSettingsReader(sql),
  settings: new SettingsReader(sql),
  statistics: new StatisticsReader(sql),
  tags: new TagsReader(sql),
  verdicts: new VerdictsReader(sql),
})
export type Readers = ReturnType<typeof readersOf>

const writersOf = (sql: WriteSql) => ({
  collections: new CollectionsWriter(sql),
  downloads: new DownloadsWriter(sql),
  images: new ImagesWriter(sql),
  inputs: new InputsWriter(sql),
  jobItems: new JobItemsWriter(sql),
  jobs: new JobsWriter(sql),
  modelFiles: new ModelFilesWriter(sql),
  models: new ModelsWriter(sql),
  presets: new PresetsWriter(sql),
  settings: new SettingsWriter(sql),
  tags: new TagsWriter(sql),
  verdicts: new VerdictsWriter(sql),
})
export type Writers = ReturnType<typeof writersOf>

interface Surroundings {
  backup: () => string
  /** @throws {AppError} `data-folder-busy` if the data folder is no longer ours */
  requirePlace: () => void
  onClose: () => void
}

export class StudioDatabase {
  readonly read: Readers
  readonly #db: Database.Database
  readonly #sql: WriteSql
  readonly #writers: Writers
  readonly #surroundings: Surroundings
  #dataVersion: number | undefined

  constructor(db: Database.Database, surroundings: Surroundings) {
    this.#db = db
    this.#surroundings = surroundings
    this.#sql = new WriteSql(db)
    this.read = readersOf(new ReadSql(db))
    this.#writers = writersOf(this.#sql)
  }

  /**
   * All of it or nothing, and on disk when this returns. `work` must not wait for anything: nobody else writes
   * meanwhile.
   *
   * @throws {AppError} what `work` throws; `disk-full`, `data-folder-busy` (another process held on for 5 s), …
   */
  transaction<T>(work: (write: Writers) => T): T {
    if (this.#db.inTransaction) throw new AppError('internal', 'a transaction was begun inside of another')
    this.#surroundings.requirePlace()
    try {
      return this.#db.transaction(() => this.#sql.during(() => work(this.#writers))).immediate()
    } catch (error) {
      throw databaseError(error, this.#db.name)
    }
  }

  /** Whether another connection, of this process or another, has committed anything since this was last asked. */
  changedByOthers(): boolean {
    const version = Number(this.#db.pragma('data_version', { simple: true }))
    const changed = this.#dataVersion !== undefined && version !== this.#dataVersion
    this.#dataVersion = version
    return changed
  }

  /** A whole copy among the backups of the data folder. @returns its path. @throws {AppError} `disk-full`, … */
  backup(): string {
    this.#surroundings.requirePlace()
    try {
      return this.#surroundings.backup()
    } catch (error) {
      throw databaseError(error, this.#db.name)
    }
  }

  /** Everything SQLite can check; seconds for large databases. @throws {AppError} `database-corrupt` */
  checkIntegrity(): void {
    try {
      checkIntegrity(this.#db)
    } catch (error) {
      throw databaseError(error, this.#db.name)
    }
  }

  /** Leaves one file, and the data folder to others. */
  close(): void {
    this.#db.close()
    this.#surroundings.onClose()
  }
}
