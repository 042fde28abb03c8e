/**
 * What a model is and what is wrong with it, for people: unlike opening, it does not stop at the first problem. No
 * tensor data is read.
 */
import { basename, join, resolve } from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { ModelComponentName } from '#shared/names.ts'
import { Components, type AnyNetwork, type Architecture } from '#engine/architectures/architecture.ts'
import { architectureOfIndex } from '#engine/architectures/registry.ts'
import { STABLE_DIFFUSION } from '#engine/architectures/stable-diffusion.ts'
import type { RawConfig } from '#engine/networks/network.ts'
import type { OnnxGraph } from '#engine/onnx/graph-builder.ts'
import { createScheduler } from '#engine/schedulers/create-scheduler.ts'
import { openTokenizer } from '#engine/tokenizer/open-tokenizer.ts'
import { openWeights, type WeightsBaseName } from '#engine/weights/open-weights.ts'
import type { Weights } from '#engine/weights/weights.ts'
import { checkTensors } from './check-tensors.ts'
import { readComponent } from './checkpoint.ts'
import {
  readComponentConfig,
  readModelIndex,
  readRepriseJson,
  requireFolder,
  type AuthorDefaults,
} from './folder-json.ts'
import { memoryProfile } from './memory-profile.ts'
import { modelDefaults } from './model-defaults.ts'
import { folderHash } from './model-hash.ts'
import { componentContents, type ComponentReport, type ModelProblem, type ModelReport } from './model-report.ts'
import { isFile } from './open-checkpoint.ts'
import { componentNames, networkOf, SCHEDULER } from './open-folder.ts'
import {
  nameOfFile,
  openSingleFileTokenizer,
  readSingleFile,
  singleFileComponent,
  singleFileHash,
} from './single-file/open-single-file.ts'

/** Per component; a folder of another model would list hundreds. */
const MAX_TENSOR_PROBLEMS = 10

/**
 * @param path of the folder with model_index.json, or of a checkpoint in one file
 * @throws {AppError} `model-not-found`, `architecture-unsupported` if there is no model to report on;
 *   `model-config-invalid` if model_index.json cannot be read; `weights-invalid` for a damaged file
 */
export async function inspectCheckpoint(path: string): Promise<ModelReport> {
  const source = (await isFile(path)) ? await fileSource(resolve(path)) : await folderSource(resolve(path))
  const { index } = source
  const problems: ModelProblem[] = []
  /** What `run` gives, or null and one problem more. */
  const attempt = async <T>(run: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await run()
    } catch (error) {
      const { code, message } = AppError.from(error)
      problems.push({ code, message })
      return null
    }
  }
  // a folder of another pipeline may still have these parts
  const architecture = (await attempt(() => architectureOfIndex(index))) ?? STABLE_DIFFUSION
  const reprise = (await attempt(() => source.reprise())) ?? { defaults: {} }

  const reports: ComponentReport[] = []
  const read = new Map<ModelComponentName, { network: AnyNetwork; config: unknown }>()
  const graphs = new Map<ModelComponentName, ReadonlyMap<string, OnnxGraph>>()
  const weights: Weights[] = []
  for (const name of componentNames(architecture)) {
    const config = await attempt(() => source.config(name))
    const network = config && (await attempt(() => networkOf(architecture, name, config, index)))
    const { weightsName } = network ?? architecture.components[name]![0].network
    // who has no config of a part has named it already
    const opened = config === null && source.isOneFile ? null : await attempt(() => source.weights(name, weightsName))
    if (opened !== null) weights.push(opened)
    reports.push({ name, className: network?.className ?? null, ...componentContents(opened) })
    if (!network) continue
    const component = await attempt(() => readComponent(name, network, config))
    if (component === null) continue
    read.set(name, component)
    if (opened === null) continue
    const use = architecture.components[name]!.find((one) => one.network === network)!
    const checked = await attempt(() => checkTensors(use, component.config, opened))
    if (checked !== null) {
      graphs.set(name, checked.graphs)
      problems.push(...tensorProblems(name, checked.problems))
    }
  }
  for (const { folder } of architecture.tokenizers) {
    await attempt(() => source.tokenizer(folder))
  }
  const scheduler = await attempt(() => source.schedulerConfig())
  const components = new Components(read)
  const isRead = read.size === reports.length
  const latents = isRead ? architecture.latents(components) : null
  if (isRead) {
    await attempt(() => {
      architecture.checkFit(components)
    })
  }
  const known = { architecture, components, schedulerConfig: scheduler, author: reprise.defaults }
  const requestDefaults = isRead && scheduler ? await attempt(() => modelDefaults(known)) : null
  // its limits and ranges, which a job would meet only when it runs
  if (requestDefaults !== null && scheduler) {
    const { scheduler: name, numInferenceSteps } = requestDefaults
    await attempt(() => createScheduler({ config: scheduler, name, numInferenceSteps }))
  }
  const complete = weights.length === reports.length && problems.length === 0
  return {
    name: reprise.name ?? source.name,
    architecture: read.has('unet') ? architecture.title(components) : 'unknown',
    pipeline: textOf(index._class_name),
    components: reports,
    widthPx: latents?.widthPx ?? null,
    heightPx: latents?.heightPx ?? null,
    predictionType: textOf(scheduler?.prediction_type) ?? 'epsilon',
    predictionSource: source.predictionSource,
    scheduler: textOf(scheduler?._class_name),
    defaults: reprise.defaults,
    requestDefaults,
    sizeMultiplePx: latents?.sizeMultiplePx ?? null,
    takesPrompt: architecture.tokenizers.length > 0,
    memory: graphs.size === reports.length ? memoryProfile(architecture, components, graphs) : null,
    hash: complete ? await attempt(() => source.hash(architecture, weights)) : null,
    problems,
  }
}

/** Where a model's parts come from. Each function throws what is wrong with its part. */
interface Source {
  readonly index: RawConfig
  readonly name: string
  readonly isOneFile: boolean
  /** What told the prediction type. */
  readonly predictionSource: ModelReport['predictionSource']
  reprise(): Promise<{ name?: string | undefined; defaults: AuthorDefaults }>
  config(name: ModelComponentName): Promise<RawConfig>
  weights(name: ModelComponentName, weightsName: WeightsBaseName): Promise<Weights>
  tokenizer(folder: string): Promise<unknown>
  schedulerConfig(): Promise<Record<string, unknown>>
  hash(architecture: Architecture, weights: readonly Weights[]): Promise<string>
}

async function folderSource(root: string): Promise<Source> {
  const index = await readModelIndex(root)
  const { schedulerFolder, schedulerFile } = SCHEDULER
  return {
    index,
    name: basename(root),
    isOneFile: false,
    predictionSource: 'config',
    reprise: () => readRepriseJson(root),
    config: (name) => readComponentConfig(root, name, 'config.json'),
    weights: (name, weightsName) => openWeights(join(root, name), weightsName, name),
    tokenizer: async (folder) => openTokenizer(await requireFolder(root, folder)),
    schedulerConfig: () => readComponentConfig(root, schedulerFolder, schedulerFile),
    hash: (architecture, weights) => folderHash(root, architecture, index, weights),
  }
}

async function fileSource(file: string): Promise<Source> {
  const { side, split } = await readSingleFile(file)
  const architecture = architectureOfIndex(split.modelIndex)
  const component = (name: ModelComponentName) => singleFileComponent(split, architecture, name)
  return {
    index: split.modelIndex,
    name: nameOfFile(file),
    isOneFile: true,
    predictionSource: split.prediction.source,
    reprise: () => Promise.resolve(side),
    config: async (name) => Promise.resolve(component(name).config),
    weights: async (name) => Promise.resolve(component(name).weights),
    tokenizer: (folder) => openSingleFileTokenizer(split, folder, {}),
    schedulerConfig: () => Promise.resolve(split.schedulerConfig),
    hash: () => singleFileHash(file, split),
  }
}

function tensorProblems(component: string, missing: readonly AppError[]): ModelProblem[] {
  const shown = missing.slice(0, MAX_TENSOR_PROBLEMS).map(({ code, message }) => ({ code, message }))
  const more = missing.length - shown.length
  if (more > 0) shown.push({ code: 'tensor-missing', message: `${component}: and ${more} tensors more` })
  return shown
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
