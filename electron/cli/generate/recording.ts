/**
 * What a run leaves in the history: its images, each with a row and a file of its own in the data folder, and the
 * input images they were made from, kept before they are used.
 */
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { GenerationItem } from '#shared/generation.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { resolveDataDir } from '../../services/data-folder/moved-note.ts'
import { openImageFolder } from '../../services/images/image-folder.ts'
import type { ImageStore, MadeImage } from '../../services/images/image-store.ts'
import type { InputStore } from '../../services/images/input-store.ts'

export interface Recording {
  /** The same items, reading the copies of their inputs that are kept. */
  readonly items: GenerationItem[]
  /** @param index of its item, from 0. @returns the image's id; none where nothing is recorded */
  add(index: number, made: MadeImage): Promise<number | undefined>
  close(): void
}

interface RecordingOptions {
  dataDir: string
  /** Of a model that is not the starter model: it gets into the list with its first image. */
  modelDir?: string | undefined
  /** The person named the folder: failing it is an error, and not only worth a note. */
  isRequired: boolean
  note: (message: string) => void
}

/** Of a run that is not recorded. */
export function noRecording(items: GenerationItem[]): Recording {
  return { items, add: () => Promise.resolve(undefined), close: () => undefined }
}

/** Before anything is computed. @throws {AppError} of an input image, or why a folder that is required cannot be used */
export async function startRecording(items: GenerationItem[], options: RecordingOptions): Promise<Recording> {
  let db: StudioDatabase | undefined
  try {
    const dataDir = resolveDataDir(options.dataDir)
    await proveWritable(dataDir)
    const services = await openServices(dataDir)
    db = services.db
    return recordingInto(services, await keepInputs(items, services.inputs), options)
  } catch (error) {
    db?.close()
    giveUp(error, options)
    return noRecording(items)
  }
}

/** Images are named in one folder and written in the other; a first probe costs less than a first image. */
async function proveWritable(dataDir: string): Promise<void> {
  for (const name of ['images', 'temporary']) await openImageFolder(join(dataDir, name))
}

interface Services {
  db: StudioDatabase
  store: ImageStore
  inputs: InputStore
}

async function openServices(dataDir: string): Promise<Services> {
  // loaded when asked for: a run without history needs no database
  const [{ openDatabase }, { ImageStore }, { InputStore }] = await Promise.all([
    import('../../db/open-database.ts'),
    import('../../services/images/image-store.ts'),
    import('../../services/images/input-store.ts'),
  ])
  const db = openDatabase(dataDir, { role: 'guest' })
  return { db, store: new ImageStore({ db, dataDir }), inputs: new InputStore({ db, dataDir }) }
}

async function keepInputs(items: readonly GenerationItem[], inputs: InputStore): Promise<GenerationItem[]> {
  const kept = new Map<string, string>()
  const result: GenerationItem[] = []
  for (const item of items) {
    const { inputImage } = item
    if (inputImage === undefined) {
      result.push(item)
      continue
    }
    const path = kept.get(inputImage) ?? inputs.pathOf((await inputs.addFile(inputImage)).hash)
    kept.set(inputImage, path)
    result.push({ ...item, inputImage: path })
  }
  return result
}

function recordingInto({ db, store }: Services, items: GenerationItem[], options: RecordingOptions): Recording {
  const startedAtMs = Date.now()
  const run = `run-${new Date(startedAtMs).toISOString().replace(/[-:]|\.\d+/g, '')}`
  let isOn = true
  let modelDir = options.modelDir
  const keepModel = async ({ settings }: MadeImage): Promise<void> => {
    if (modelDir === undefined) return
    const path = modelDir
    modelDir = undefined
    const { rememberModel } = await import('../../services/models/remember-model.ts')
    try {
      rememberModel(db, { path, name: settings.modelName, hash: settings.modelHash })
    } catch (error) {
      options.note(`warning: the model was not added to the list: ${AppError.from(error).message}`)
    }
  }
  return {
    items,
    async add(index, made) {
      if (!isOn) return undefined
      try {
        const name = `${run}-${String(index + 1).padStart(4, '0')}`
        const { id } = await store.save(made, { name, dayMs: startedAtMs })
        await keepModel(made)
        return id
      } catch (error) {
        isOn = false
        giveUp(error, options)
        return undefined
      }
    },
    close: () => {
      db.close()
    },
  }
}

/** The images are what was asked for; the history in a folder that nobody named may have to wait. */
function giveUp(thrown: unknown, { isRequired, note }: RecordingOptions): void {
  const error = AppError.from(thrown)
  if (error.code.startsWith('image-')) throw error
  const message = error.message.replace(/\.$/, '')
  if (!isRequired) {
    note(`warning: from here on, images are not recorded in the history: ${message} (${error.code})`)
    return
  }
  throw new AppError(error.code, `${message}; --no-history makes images without recording them`, {
    data: error.data,
    cause: error,
  })
}
