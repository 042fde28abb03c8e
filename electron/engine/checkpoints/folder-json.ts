/** The JSON files of a model folder, read with bounds; what each must be is said in the errors. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { AppError, quoted } from '#shared/errors.ts'
import { SCHEDULERS, SIGMA_SCHEDULES } from '#shared/names.ts'
import { PREDICTION_TYPES } from './single-file/prediction-type.ts'
import { parsePythonJsonObject, readSmallFile } from '#engine/weights/json-file.ts'

const MAX_JSON_BYTES = 10_000_000

/** `reprise.json`, which may lie beside model_index.json: what to call the model and how it likes to be used. */
const RepriseJsonSchema = z.object({
  name: z.string().min(1).max(200).optional(),
  defaults: z
    .object({
      numInferenceSteps: z.int().min(1).max(1000).optional(),
      guidanceScale: z.number().optional(),
      scheduler: z.enum(SCHEDULERS).optional(),
      sigmas: z.enum(SIGMA_SCHEDULES).optional(),
      strength: z.number().gt(0).lte(1).optional(),
      widthPx: z.int().positive().optional(),
      heightPx: z.int().positive().optional(),
    })
    .default({}),
})
/** The same for a checkpoint in one file, beside it: what its file cannot tell can be said there. */
const SideFileSchema = RepriseJsonSchema.extend({ predictionType: z.enum(PREDICTION_TYPES).optional() })
export type SideFile = z.infer<typeof SideFileSchema>

/** Settings that the model's author proposes; a request goes before them. */
export type AuthorDefaults = z.infer<typeof RepriseJsonSchema>['defaults']

/**
 * model_index.json of a folder that looks like a model.
 * @throws {AppError} `model-not-found`
 */
export async function readModelIndex(root: string): Promise<Record<string, unknown>> {
  let names: string[]
  try {
    names = await readdir(root)
  } catch (cause) {
    throw new AppError('model-not-found', `there is no model folder at ${quoted(root)}`, { cause })
  }
  if (!names.includes('model_index.json')) {
    const checkpoint = names.find((name) => /\.(safetensors|ckpt|gguf)$/.test(name))
    if (checkpoint !== undefined) {
      throw new AppError(
        'model-not-found',
        `${quoted(root)} has no model_index.json, but single files: name one of them, such as ${quoted(checkpoint)}`,
        { data: { file: checkpoint } },
      )
    }
    throw new AppError(
      'model-not-found',
      `${quoted(root)} has no model_index.json: expected the folder of a model in the layout of diffusers`,
    )
  }
  return readJsonFile(join(root, 'model_index.json'), 'model_index.json')
}

/** @throws {AppError} `model-component-missing`, `model-config-invalid` */
export async function readComponentConfig(
  root: string,
  component: string,
  file: string,
): Promise<Record<string, unknown>> {
  await requireFile(join(await requireFolder(root, component), file), component, file)
  return readJsonFile(join(root, component, file), `${component}/${file}`)
}

/** @throws {AppError} `model-component-missing` */
export async function requireFolder(root: string, component: string): Promise<string> {
  const folder = join(root, component)
  const stats = await stat(folder).catch(() => undefined)
  if (stats?.isDirectory() === true) return folder
  throw new AppError('model-component-missing', `the model ${quoted(basename(root))} has no folder ${component}/`, {
    data: { component, expected: `${component}/` },
  })
}

async function requireFile(path: string, component: string, file: string): Promise<void> {
  if ((await stat(path).catch(() => undefined)) !== undefined) return
  throw new AppError('model-component-missing', `${component}: there is no ${file} in its folder`, {
    data: { component, expected: `${component}/${file}` },
  })
}

/** @param shownName the file's path inside of the model */
async function readJsonFile(path: string, shownName: string): Promise<Record<string, unknown>> {
  try {
    return parsePythonJsonObject(await readSmallFile(path, MAX_JSON_BYTES))
  } catch (cause) {
    const what = cause instanceof AppError ? `cannot be read: ${cause.message}` : (cause as Error).message
    throw new AppError('model-config-invalid', `${shownName} ${what}`, { data: { file: shownName }, cause })
  }
}

/** reprise.json, or nothing at all where there is none. @throws {AppError} `model-config-invalid` */
export async function readRepriseJson(root: string): Promise<z.infer<typeof RepriseJsonSchema>> {
  return readOptional(join(root, 'reprise.json'), RepriseJsonSchema)
}

/**
 * `<name>.reprise.json` beside `<name>.safetensors`, or nothing at all where there is none.
 *
 * @param file the checkpoint
 * @throws {AppError} `model-config-invalid`
 */
export async function readSideFile(file: string): Promise<SideFile> {
  return readOptional(file.replace(/\.[^./\\]+$/, '') + '.reprise.json', SideFileSchema)
}

async function readOptional<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const shownName = basename(path)
  const isThere = (await stat(path).catch(() => undefined)) !== undefined
  const parsed = schema.safeParse(isThere ? await readJsonFile(path, shownName) : {})
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new AppError(
    'model-config-invalid',
    `${shownName}: ${issue.path.join('.') || 'it'} is wrong: ${quoted(issue.message)}`,
    { data: { file: shownName } },
  )
}
