/**
 * Where models are in a folder that somebody named: the folder itself, or up to two levels below it. A model folder is
 * one with model_index.json; what is inside of one is not looked at. Single files of weights are found on the way, and
 * what other apps and the Hugging Face cache have lies deeper where they keep it deeper.
 */
import { opendir, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ModelFileKind } from '#shared/contract/model-files.ts'
import { quoted } from '#shared/errors.ts'
import { isCachedRepository, snapshotsOf } from './hugging-face-cache.ts'
import { kindOfFolder } from './kind-of-folder.ts'

/** `folder/model` and `folder/author/model`. Also what ends a loop of links. */
const MAX_DEPTH = 2
/** People sort what is in folders of one kind (`loras/style/ink.safetensors`). */
const MAX_DEPTH_OF_KIND = 3
/** Of one folder; of all together. Somebody may name the root of a disk. */
const MAX_ENTRIES = 5_000
const MAX_FOLDERS = 20_000

/** Weights; those that are not safetensors are only listed. */
const IS_MODEL_FILE = /\.(safetensors|ckpt|gguf)$/i
/** As these endings are those of anything, they count only in a folder that is for models. */
const MAY_BE_MODEL_FILE = /\.(pt|pth)$/i

export interface FoundFile {
  readonly path: string
  /** As the folder that it lies in says. */
  readonly folderKind: ModelFileKind | undefined
}

interface Found {
  /** Absolute, as they lie below `root`; each folder once, whatever links lead to it. */
  readonly dirs: string[]
  readonly files: FoundFile[]
  readonly onnxDirs: string[]
  /** What could not be looked at, for people. */
  readonly problems: string[]
}

interface Place {
  readonly dir: string
  /** How many levels below it are looked at. */
  readonly depth: number
  readonly folderKind: ModelFileKind | undefined
}

/** Never fails: a folder that cannot be read is a problem. */
export async function findModelFolders(root: string): Promise<Found> {
  const found: Found = { dirs: [], files: [], onnxDirs: [], problems: [] }
  const { problems } = found
  // `generate --model FILE` puts the file itself on the list
  if ((await stat(root).catch(() => undefined))?.isFile() === true) return { ...found, dirs: [root] }
  const visited = new Set<string>()
  let level: Place[] = [{ dir: root, depth: MAX_DEPTH, folderKind: kindOfFolder(basename(root)) }]
  while (level.length > 0) {
    const next: Place[] = []
    for (const place of level) {
      if (visited.size >= MAX_FOLDERS) {
        problems.push(
          `${quoted(root)} has more than ${MAX_FOLDERS} folders, and only so many were looked at: name the model folders themselves`,
        )
        return found
      }
      try {
        const real = await realpath(place.dir)
        if (visited.has(real)) continue
        visited.add(real)
        next.push(...(await lookInto(place, found)))
      } catch (error) {
        problems.push(`the model folder ${quoted(place.dir)} cannot be read: ${(error as Error).message}`)
      }
    }
    level = next
  }
  return found
}

/** @returns what is to be looked at below it */
async function lookInto({ dir, depth, folderKind }: Place, found: Found): Promise<Place[]> {
  if (isCachedRepository(dir) && (await isThere(join(dir, 'snapshots')))) {
    return (await snapshotsOf(dir)).map((snapshot) => ({ dir: snapshot, depth: 0, folderKind: undefined }))
  }
  const isDiffusers = await isThere(join(dir, 'model_index.json'))
  if (await isOnnx(dir)) {
    found.onnxDirs.push(dir)
    return []
  }
  if (isDiffusers) {
    found.dirs.push(dir)
    return []
  }
  const { folders, files, problems, isCut } = await entriesOf(dir, folderKind !== undefined)
  found.files.push(...files.map((path) => ({ path, folderKind })))
  found.problems.push(...problems)
  if (isCut) found.problems.push(`${quoted(dir)} has more than ${MAX_ENTRIES} entries, and only so many were looked at`)
  if (depth === 0) return []
  return folders.map((folder) => {
    const kind = kindOfFolder(basename(folder))
    // `apps/ComfyUI/models/loras`, when somebody names the folder that all apps are in
    const least = basename(folder).toLowerCase() === 'models' ? 1 : 0
    if (kind === undefined) return { dir: folder, depth: Math.max(depth - 1, least), folderKind }
    return { dir: folder, depth: Math.max(depth - 1, MAX_DEPTH_OF_KIND), folderKind: kind }
  })
}

/** Weights of its main part as ONNX, and not as safetensors besides. */
async function isOnnx(dir: string): Promise<boolean> {
  for (const part of ['unet', 'transformer']) {
    if (!(await isThere(join(dir, part, 'model.onnx')))) continue
    return !(await isThere(join(dir, part, 'diffusion_pytorch_model.safetensors')))
  }
  return false
}

/** Folders, files of weights, and links to either, in order, without hidden ones. */
async function entriesOf(
  dir: string,
  isForModels: boolean,
): Promise<{ folders: string[]; files: string[]; problems: string[]; isCut: boolean }> {
  const folders: string[] = []
  const files: string[] = []
  const problems: string[] = []
  let count = 0
  for await (const entry of await opendir(dir, { bufferSize: 256 })) {
    if (++count > MAX_ENTRIES) break
    if (entry.name.startsWith('.')) continue
    const path = join(dir, entry.name)
    const isModelFile = IS_MODEL_FILE.test(entry.name) || (isForModels && MAY_BE_MODEL_FILE.test(entry.name))
    if (entry.isDirectory()) folders.push(path)
    else if (entry.isFile() && isModelFile) files.push(path)
    else if (entry.isSymbolicLink()) {
      const target = await stat(path).catch((error: unknown) => {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ELOOP') problems.push(`the link ${quoted(path)} leads to itself`)
        else if (isModelFile)
          problems.push(`the link ${quoted(path)} leads nowhere: what it means was moved or deleted`)
        return undefined
      })
      if (target?.isDirectory()) folders.push(path)
      else if (target?.isFile() && isModelFile) files.push(path)
    }
  }
  return { folders: folders.sort(), files: files.sort(), problems, isCut: count > MAX_ENTRIES }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}
