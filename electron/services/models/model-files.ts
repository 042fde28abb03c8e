/** The single files of models, and folders that the engine does not take, as the scans find them. */
import { readFile, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { ModelFileKind, ModelFileView } from '#shared/contract/model-files.ts'
import { quoted } from '#shared/errors.ts'
import { recognizeWeights } from '#shared/recognize-weights.ts'
import type { ModelFileRecord } from '../../db/model-files-reader.ts'
import type { NewModelFile } from '../../db/model-files-writer.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { stampOf } from './file-stamp.ts'
import type { FoundFile } from './find-model-folders.ts'
import { cachedName } from './hugging-face-cache.ts'
import { mapSome } from './map-some.ts'
import { readModelHeader } from './read-model-header.ts'

const FILES_AT_ONCE = 16

const NAMES: Readonly<Record<ModelFileKind, string>> = {
  checkpoint: 'checkpoints in a single file',
  'diffusion-model': 'diffusion models in a single file',
  lora: 'LoRA files',
  vae: 'VAE files',
  'text-encoder': 'text encoders in a single file',
  embedding: 'embeddings',
  controlnet: 'ControlNet files',
  upscaler: 'upscalers',
  onnx: 'ONNX folders',
  unknown: 'files of an unknown kind',
}

/** Architectures of checkpoints that the engine runs; uses of their own, such as inpainting, are named behind a comma. */
const RUNS = /^Stable Diffusion (1\.x|2\.x|XL|XL Refiner)$/

interface Scanned {
  /** Whether the list is another than before. */
  readonly isChanged: boolean
  /** For people. */
  readonly problems: string[]
}

export class ModelFiles {
  readonly #db: StudioDatabase

  constructor({ db }: { db: StudioDatabase }) {
    this.#db = db
  }

  /** By name. */
  list(kind?: ModelFileKind): ModelFileView[] {
    return this.#db.read.modelFiles.list(kind).map((record) => ({
      ...record,
      ...stateOf(record),
      autoV2: record.sha256?.slice(0, 10) ?? null,
    }))
  }

  /** Paths of those that the engine can open as models. */
  checkpoints(): string[] {
    const records = this.#db.read.modelFiles.list('checkpoint')
    return records
      .filter(({ problem, architecture }) => problem === null && RUNS.test(architecture))
      .map(({ path }) => path)
  }

  /** At one file, which has changed since the last scan. @throws what the file system says */
  async lookAgain({ path, kind }: ModelFileRecord): Promise<void> {
    const file = await lookAt({ path, folderKind: kind }, undefined)
    this.#db.transaction((write) => {
      if (file) write.modelFiles.save(file)
    })
  }

  /**
   * Makes the list what was found; only what looks different from outside is read.
   *
   * @param isAway whether a path that was not found lies on a disk that is not there now: it stays in the list
   */
  async update(
    files: readonly FoundFile[],
    onnxDirs: readonly string[],
    isAway: (path: string) => boolean,
  ): Promise<Scanned> {
    const before = this.#db.read.modelFiles.list()
    const known = new Map(before.map((record) => [record.path, record]))
    const problems: string[] = []
    const found = new Set<string>()
    const places = [...files, ...onnxDirs.map((path) => ({ path, folderKind: 'onnx' as const }))]
    const looked = await mapSome(places, FILES_AT_ONCE, async (place) => {
      try {
        const file = await lookAt(place, known.get(place.path))
        found.add(place.path)
        return file
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') problems.push(`${quoted(place.path)} went away`)
        else problems.push(`${quoted(place.path)} cannot be read: ${(error as Error).message}`)
        return undefined
      }
    })
    const changed = looked.filter((file) => file !== undefined)
    const lost = before.filter(({ path }) => !found.has(path))
    const away = lost.filter(({ path, problem }) => isAway(path) && problem !== AWAY)
    const gone = lost.filter(({ path }) => !isAway(path))
    if (changed.length + away.length + gone.length === 0) return { isChanged: false, problems }
    this.#db.transaction((write) => {
      for (const file of changed) write.modelFiles.save(file)
      for (const file of away) write.modelFiles.save({ ...file, problem: AWAY })
      for (const { id } of gone) write.modelFiles.remove(id)
    })
    return { isChanged: true, problems }
  }
}

function stateOf({ kind, architecture, problem }: ModelFileRecord): Pick<ModelFileView, 'state' | 'problem'> {
  if (problem !== null) return { state: 'faulty', problem }
  if (kind === 'checkpoint' && RUNS.test(architecture)) return { state: 'usable', problem: null }
  return { state: 'recognised', problem: `${NAMES[kind]} are not supported yet` }
}

const AWAY = 'it is not there now: its model folder cannot be found'

/** @returns nothing if it is as it was. @throws what the file system says of a file that cannot be asked */
async function lookAt(
  { path, folderKind }: FoundFile,
  known: ModelFileRecord | undefined,
): Promise<NewModelFile | undefined> {
  const found = await stat(path, { bigint: true })
  const stamp = stampOf(found)
  if (known?.stamp === stamp && known.problem !== AWAY) return undefined
  const isFolder = found.isDirectory()
  const { kind, architecture, problem } = isFolder ? await recognizeOnnx(path) : await recognizeFile(path, folderKind)
  return {
    path,
    name: isFolder ? (cachedName(path) ?? basename(path)) : basename(path, extname(path)),
    kind,
    architecture,
    sizeBytes: isFolder ? 0 : Number(found.size),
    modifiedAtMs: Number(found.mtimeMs),
    stamp,
    seenAtMs: Date.now(),
    problem,
    hashState: isFolder ? 'none' : 'waiting',
  }
}

type Looked = Pick<NewModelFile, 'kind' | 'architecture' | 'problem'>

async function recognizeFile(path: string, folderKind: ModelFileKind | undefined): Promise<Looked> {
  const kind = folderKind ?? 'unknown'
  if (/\.gguf$/i.test(path)) {
    return { kind: folderKind ?? 'diffusion-model', architecture: 'unknown', problem: 'GGUF files are not supported' }
  }
  if (!/\.safetensors$/i.test(path)) {
    const problem = 'files of this kind can hold programs, so it was not looked into: get it as .safetensors'
    return { kind, architecture: 'unknown', problem }
  }
  try {
    const recognized = recognizeWeights(await readModelHeader(path))
    return { ...recognized, kind: recognized.kind === 'unknown' ? kind : recognized.kind, problem: null }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error
    return { kind, architecture: 'unknown', problem: (error as Error).message }
  }
}

async function recognizeOnnx(dir: string): Promise<Looked> {
  const index = await readFile(join(dir, 'model_index.json'), 'utf8').catch(() => '')
  const pipeline = /"_class_name"\s*:\s*"(\w{1,100})"/.exec(index)?.[1]
  return { kind: 'onnx', architecture: pipeline ?? 'unknown', problem: null }
}
