/** The models that jobs choose from: the starter model, and what is found in the folders of the settings. */
import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { MemoryView, ModelView } from '#shared/contract/models.ts'
import { AppError, quoted } from '#shared/errors.ts'
import type { ModelSummary } from '#shared/model-summary.ts'
import type { ModelRecord } from '../../db/models-reader.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'
import { isInside } from '../data-folder/is-inside.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import { folderStamp } from './file-stamp.ts'
import { findModelFolders } from './find-model-folders.ts'
import { emptyModel, inspectFolder, type LookedAt, type NewModel } from './inspect-folder.ts'
import { mapSome } from './map-some.ts'
import { ModelFiles } from './model-files.ts'
import { modelMemory, thisMachine, type MemoryAsk } from './model-memory.ts'

/** Each look may be a process of its own. */
const INSPECTIONS_AT_ONCE = 3
const STAMPS_AT_ONCE = 8

export interface ModelsOptions {
  db: StudioDatabase
  bus: EventBus
  settings: SettingsService
  /** Absolute. */
  starterModelDir: string
  inspect: (modelDir: string) => Promise<ModelSummary>
}

export class ModelsService {
  /** What the same scans find besides. */
  readonly files: ModelFiles
  readonly #options: ModelsOptions
  #folderProblems: readonly string[] = []
  #running: Promise<unknown> = Promise.resolve()
  #next: Promise<ModelView[]> | undefined

  constructor(options: ModelsOptions) {
    this.#options = { ...options, starterModelDir: resolve(options.starterModelDir) }
    this.files = new ModelFiles(options)
  }

  /** Folders that the latest scan could not look through, for people. */
  get folderProblems(): readonly string[] {
    return this.#folderProblems
  }

  /** By name. The starter model is always among them. */
  list(): ModelView[] {
    const starterId = this.#starter().id
    const records = this.#options.db.read.models.list()
    const { defaultModelId } = this.#options.settings.get()
    const defaultId = records.find(({ id }) => id === defaultModelId)?.id ?? starterId
    return records.map((record) => viewOf(record, record.id === defaultId))
  }

  /**
   * Of a job: the model asked for, or the default.
   * @throws {AppError} `not-found`; `model-not-found` with the reason if it cannot be used
   */
  folderOf(modelId?: number): { dir: string; model: ModelView } {
    const model = this.#find(modelId)
    if (model.problem !== null) {
      throw new AppError('model-not-found', `the model ${quoted(model.name)} cannot be used: ${model.problem}`, {
        data: { id: model.id, name: model.name },
      })
    }
    return { dir: model.path, model }
  }

  /** For so many images; the default model's if none is named. Null while it is not known. @throws {AppError} `not-found` */
  memory({ id, ...ask }: MemoryAsk & { readonly id?: number | undefined }): MemoryView | null {
    const { db, settings } = this.#options
    const record = db.read.models.findByPath(this.#find(id).path)
    return record === undefined ? null : modelMemory(record, ask, settings.get(), thisMachine())
  }

  /** One that can be used, if there is one. */
  findByHash(hash: string): ModelView | undefined {
    return this.#view(hash === '' ? undefined : this.#options.db.read.models.findByHash(hash))
  }

  findByPath(path: string): ModelView | undefined {
    return this.#view(this.#options.db.read.models.findByPath(resolve(path)))
  }

  /** Looks through all folders. Who asks while that is under way gets the next look, which sees what changed since. */
  scan(): Promise<ModelView[]> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined
      const scan = this.#scan()
      this.#running = scan.catch(() => undefined)
      return scan
    })
    return this.#next
  }

  /**
   * @param path absolute: a model's own folder, or one with several in it
   * @returns the models found in it
   * @throws {AppError} `invalid-argument`, `model-not-found`
   */
  async addFolder(path: string): Promise<ModelView[]> {
    const folder = absolute(path)
    const found = await stat(folder).catch((cause: unknown) => {
      throw new AppError('model-not-found', `there is no folder at ${quoted(path)}: check the path`, { cause })
    })
    if (!found.isDirectory()) {
      throw new AppError(
        'invalid-argument',
        `${quoted(path)} is a file: name the folder of a model (with model_index.json), or one with several in it`,
      )
    }
    const { modelFolders } = this.#options.settings.refresh()
    if (!modelFolders.includes(folder)) this.#options.settings.update({ modelFolders: [...modelFolders, folder] })
    return (await this.scan()).filter((model) => isInside(folder, model.path))
  }

  /** Files stay. @returns what is left. @throws {AppError} `invalid-argument`, `not-found` */
  async removeFolder(path: string): Promise<ModelView[]> {
    const folder = absolute(path)
    const { modelFolders } = this.#options.settings.refresh()
    if (!modelFolders.includes(folder)) {
      throw new AppError('not-found', `${quoted(path)} is not among the model folders: ${shownList(modelFolders)}`)
    }
    this.#options.settings.update({ modelFolders: modelFolders.filter((other) => other !== folder) })
    return await this.scan()
  }

  async #scan(): Promise<ModelView[]> {
    const { db, bus, settings, starterModelDir, inspect } = this.#options
    this.#starter()
    const { modelFolders } = settings.refresh()
    const before = db.read.models.list()
    const known = new Map(before.map((record) => [record.path, record]))
    const used = this.#usedPaths()
    const isWanted = (path: string): boolean => used.has(path) || modelFolders.some((folder) => isInside(folder, path))
    const kept = before.map(({ path }) => path).filter(isWanted)

    const found = await Promise.all(modelFolders.map((folder) => findModelFolders(folder)))
    // known ones before new ones: a model that two ways lead to keeps its id
    const files = await this.#scanFiles(modelFolders, found)
    const checkpoints = this.files.checkpoints()
    const paths = await distinct([starterModelDir, ...kept, ...found.flatMap(({ dirs }) => dirs), ...checkpoints])
    const stampsBefore = db.read.models.stamps()
    const stamps = await mapSome(paths, STAMPS_AT_ONCE, folderStamp)
    const looked = await mapSome(paths, INSPECTIONS_AT_ONCE, async (path, index): Promise<LookedAt> => {
      const [model, stamp] = [known.get(path), stamps[index]]
      if (model && stamp !== '' && stampsBefore.get(path) === stamp) {
        return { model: { ...model, seenAtMs: Date.now() }, stamp }
      }
      return await inspectFolder(path, model, stamp, inspect)
    })

    db.transaction((write) => {
      for (const { model, stamp } of looked) write.models.save(model, stamp)
      // jobs may have been added meanwhile
      const needed = new Set([...paths, ...this.#usedPaths()])
      for (const { id, path } of before) if (!needed.has(path)) write.models.remove(id)
    })
    this.#folderProblems = [...found.flatMap(({ problems }) => problems), ...files.problems]
    for (const message of this.#folderProblems) bus.emit('warning', { message })
    const after = db.read.models.list()
    const isChanged = !isDeepStrictEqual(before.map(withoutTime), after.map(withoutTime))
    if (isChanged || files.isChanged) bus.emit('models.changed', {})
    return this.list()
  }

  async #scanFiles(
    modelFolders: readonly string[],
    found: readonly Awaited<ReturnType<typeof findModelFolders>>[],
  ): ReturnType<ModelFiles['update']> {
    const there = await Promise.all(
      modelFolders.map((folder) =>
        stat(folder).then(
          () => true,
          () => false,
        ),
      ),
    )
    const away = modelFolders.filter((_folder, index) => !there[index])
    const files = new Map(found.flatMap((one) => one.files).map((file) => [file.path, file]))
    const onnxDirs = new Set(found.flatMap((one) => one.onnxDirs))
    return await this.files.update([...files.values()], [...onnxDirs], (path) =>
      away.some((folder) => isInside(folder, path)),
    )
  }

  /** By jobs that are not finished. */
  #usedPaths(): Set<string> {
    return new Set(this.#options.db.read.jobs.pending().map(({ request }) => request.modelDir))
  }

  /** Its row, made where there is none: jobs can use it before any scan. */
  #starter(): ModelRecord {
    const { db, starterModelDir } = this.#options
    const known = db.read.models.findByPath(starterModelDir)
    if (known !== undefined) return known
    const model: NewModel = emptyModel(starterModelDir, 'Starter')
    return { ...model, id: db.transaction((write) => write.models.save(model)) }
  }

  /** @throws {AppError} `not-found` */
  #find(modelId?: number): ModelView {
    const model = this.list().find(({ id, isDefault }) => (modelId === undefined ? isDefault : id === modelId))
    if (model !== undefined) return model
    throw new AppError('not-found', `there is no model ${modelId ?? ''} in the list: choose one that is in it`, {
      data: { what: 'model', id: modelId },
    })
  }

  #view(record: ModelRecord | undefined): ModelView | undefined {
    return record && this.list().find(({ id }) => id === record.id)
  }
}

function viewOf({ facts, ...record }: ModelRecord, isDefault: boolean): ModelView {
  const { problems, components, defaults, sizeMultiplePx, takesPrompt } = facts
  return { ...record, problems, components, defaults, sizeMultiplePx, takesPrompt, isDefault }
}

/** @throws {AppError} `invalid-argument` */
function absolute(path: string): string {
  if (isAbsolute(path)) return resolve(path)
  throw new AppError('invalid-argument', `${quoted(path)} is not a whole path: give the folder from the root on`)
}

/** The first of those that are one folder, whatever links lead to it. */
async function distinct(paths: readonly string[]): Promise<string[]> {
  const byPlace = new Map<string, string>()
  for (const path of paths) {
    const place = await realpath(path).catch(() => path)
    if (!byPlace.has(place)) byPlace.set(place, path)
  }
  return [...byPlace.values()]
}

function withoutTime(model: ModelRecord): ModelRecord {
  return { ...model, seenAtMs: 0 }
}

function shownList(folders: readonly string[]): string {
  return folders.length === 0 ? 'there are none' : folders.map(quoted).join(', ')
}
