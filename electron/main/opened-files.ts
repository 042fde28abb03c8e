/**
 * What is opened with the app: dropped on its icon or window, chosen under "Open with", given to its command. Pictures
 * become inputs; folders, and the folder of a model's file, are looked through for models.
 */
import { stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, resolve } from 'node:path'
import type { TakenFiles } from '#shared/contract/desktop.ts'
import { AppError, quoted } from '#shared/errors.ts'
import { isInside } from '../services/data-folder/is-inside.ts'
import type { Studio } from '../services/studio/open-studio.ts'

type Taker = Pick<Studio, 'inputs' | 'client'>

const IS_MODEL_FILE = /\.(safetensors|ckpt|gguf|pt|pth)$/i

/** @param args as the command was given them: without the program, and in development without the app's folder */
export function filesOf(args: readonly string[], workingDir: string): string[] {
  return args
    .filter((arg) => arg !== '' && !arg.startsWith('-'))
    .map((arg) => (isAbsolute(arg) ? arg : resolve(workingDir, arg)))
}

/** One after another: pictures are large. What cannot be taken is a problem to tell, and stops nothing. */
export async function takeFiles(paths: readonly string[], studio: Taker): Promise<TakenFiles> {
  const { inputs, client } = studio
  const taken: TakenFiles = { inputs: [], modelCount: 0, problems: [] }
  for (const path of paths) {
    const name = basename(path)
    try {
      const folder = await modelFolderOf(path)
      if (folder !== undefined) {
        taken.modelCount += await addModels(folder, path, client)
        continue
      }
      const { hash } = await inputs.addFile(path)
      taken.inputs.push({ ...(await client.inputs.get({ hash })), name })
    } catch (error) {
      taken.problems.push({ name, error: AppError.from(error).toPrivateWire() })
    }
  }
  return taken
}

/** Undefined for what may be a picture. */
async function modelFolderOf(path: string): Promise<string | undefined> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (isFolder) return path
  return IS_MODEL_FILE.test(path) ? dirname(path) : undefined
}

/** @param path the folder itself, or the file in it that was meant */
async function addModels(folder: string, path: string, { models, modelFiles }: Taker['client']): Promise<number> {
  const found = await models.addFolder({ path: folder })
  const files = (await modelFiles.list({})).filter((file) => isInside(path, file.path))
  const count = found.filter((model) => isInside(path, model.path)).length + files.length
  if (count === 0) throw new AppError('model-not-found', `there is no model in ${quoted(path)}: choose another folder`)
  return count
}
