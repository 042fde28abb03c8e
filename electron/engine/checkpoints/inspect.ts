/**
 * What a model is and what is wrong with it, for people: unlike opening, it does not stop at the first problem. No
 * tensor data is read.
 */
import { basename, join, resolve } from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { ModelComponentName } from '#shared/names.ts'
import { Components, type AnyNetwork } from '#engine/architectures/architecture.ts'
import { architectureOfIndex } from '#engine/architectures/registry.ts'
import { STABLE_DIFFUSION } from '#engine/architectures/stable-diffusion.ts'
import type { OnnxGraph } from '#engine/onnx/graph-builder.ts'
import { openTokenizer } from '#engine/tokenizer/open-tokenizer.ts'
import { openWeights } from '#engine/weights/open-weights.ts'
import type { Weights } from '#engine/weights/weights.ts'
import { checkTensors } from './check-tensors.ts'
import { readComponent } from './checkpoint.ts'
import { readComponentConfig, readModelIndex, readRepriseJson, requireFolder } from './folder-json.ts'
import { memoryProfile } from './memory-profile.ts'
import { modelDefaults } from './model-defaults.ts'
import { folderHash } from './model-hash.ts'
import { componentContents, type ComponentReport, type ModelProblem, type ModelReport } from './model-report.ts'
import { componentNames, networkOf, SCHEDULER } from './open-folder.ts'

/** Per component; a folder of another model would list hundreds. */
const MAX_TENSOR_PROBLEMS = 10

/**
 * @param dir the folder with model_index.json
 * @throws {AppError} `model-not-found`, `architecture-unsupported` if there is no such folder to report on;
 *   `model-config-invalid` if model_index.json cannot be read
 */
export async function inspectFolder(dir: string): Promise<ModelReport> {
  const root = resolve(dir)
  const index = await readModelIndex(root)
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
  const reprise = (await attempt(() => readRepriseJson(root))) ?? { defaults: {} }

  const reports: ComponentReport[] = []
  const read = new Map<ModelComponentName, { network: AnyNetwork; config: unknown }>()
  const graphs = new Map<ModelComponentName, ReadonlyMap<string, OnnxGraph>>()
  const weights: Weights[] = []
  for (const name of componentNames(architecture)) {
    const config = await attempt(() => readComponentConfig(root, name, 'config.json'))
    const network = config && (await attempt(() => networkOf(architecture, name, config, index)))
    const weightsName = (network ?? architecture.components[name]![0].network).weightsName
    const opened = await attempt(() => openWeights(join(root, name), weightsName, name))
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
    await attempt(async () => openTokenizer(await requireFolder(root, folder)))
  }
  const { schedulerFolder, schedulerFile } = SCHEDULER
  const scheduler = await attempt(() => readComponentConfig(root, schedulerFolder, schedulerFile))
  const components = new Components(read)
  const isRead = read.size === reports.length
  const latents = isRead ? architecture.latents(components) : null
  if (isRead) {
    await attempt(() => {
      architecture.checkFit(components)
    })
  }
  const source = { architecture, components, schedulerConfig: scheduler, author: reprise.defaults }
  const requestDefaults = isRead && scheduler ? await attempt(() => modelDefaults(source)) : null
  const complete = weights.length === reports.length && problems.length === 0
  return {
    name: reprise.name ?? basename(root),
    architecture: read.has('unet') ? architecture.title(components) : 'unknown',
    pipeline: textOf(index._class_name),
    components: reports,
    widthPx: latents?.widthPx ?? null,
    heightPx: latents?.heightPx ?? null,
    predictionType: textOf(scheduler?.prediction_type) ?? 'epsilon',
    scheduler: textOf(scheduler?._class_name),
    defaults: reprise.defaults,
    requestDefaults,
    sizeMultiplePx: latents?.sizeMultiplePx ?? null,
    takesPrompt: architecture.tokenizers.length > 0,
    memory: graphs.size === reports.length ? memoryProfile(architecture, components, graphs) : null,
    hash: complete ? await attempt(() => folderHash(root, architecture, index, weights)) : null,
    problems,
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
