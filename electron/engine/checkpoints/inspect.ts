/**
 * What a model folder is and what is wrong with it, for people: unlike opening, it does not stop at the first problem.
 * Plain data throughout. No tensor data is read.
 */
import { basename, join, resolve } from 'node:path'
import { AppError, type ErrorCode } from '#shared/errors.ts'
import type { MemoryProfile } from '#shared/model-memory.ts'
import type { ModelDefaults } from '#shared/model-summary.ts'
import { elementCount } from '#engine/tensor/tensor.ts'
import { openTokenizer } from '#engine/tokenizer/open-tokenizer.ts'
import { openWeights } from '#engine/weights/open-weights.ts'
import type { Weights } from '#engine/weights/weights.ts'
import { modelHash } from './model-folder-hash.ts'
import {
  readComponentConfig,
  readModelIndex,
  readRepriseJson,
  requireFolder,
  type AuthorDefaults,
} from './model-folder-config.ts'
import { checkFit, type ReadConfigs } from './check-fit.ts'
import { checkTensors, type Understood } from './check-tensors.ts'
import { memoryProfile, type ProfiledModel } from './memory-profile.ts'
import { modelDefaults } from './model-defaults.ts'
import { checkComponent, checkPipeline, WEIGHT_COMPONENTS, type WeightComponentName } from './model-folder.ts'

/** Per component; a folder of another model would list hundreds. */
const MAX_TENSOR_PROBLEMS = 10

export interface ModelProblem {
  readonly code: ErrorCode
  readonly message: string
}

export interface ComponentReport {
  readonly name: WeightComponentName
  /** As its config says; null if that cannot be read or does not say. */
  readonly className: string | null
  readonly parameterCount: number
  /** dtype → how many tensors, and their bytes. */
  readonly dtypes: Readonly<Record<string, { tensors: number; sizeBytes: number }>>
  /** Of the tensors, without headers. */
  readonly sizeBytes: number
  /** Names inside of the component's folder. */
  readonly files: readonly string[]
}

export interface ModelReport {
  readonly name: string
  readonly architecture: string
  readonly pipeline: string | null
  readonly components: readonly ComponentReport[]
  /** The size that the UNet was made for. */
  readonly widthPx: number | null
  readonly heightPx: number | null
  /** 'epsilon', 'v_prediction', ...; what diffusers assumes if the scheduler's config does not say. */
  readonly predictionType: string
  /** The class that scheduler_config.json names. */
  readonly scheduler: string | null
  /** Out of reprise.json. */
  readonly defaults: AuthorDefaults
  /** What a request takes that says nothing; null if that cannot be told. */
  readonly requestDefaults: ModelDefaults | null
  /** Pixels per latent; null if the VAE's config cannot be read. */
  readonly sizeMultiplePx: number | null
  /** Null unless all components can be read. */
  readonly memory: MemoryProfile | null
  /** As ModelFolder.hash; null if anything that it covers is missing. */
  readonly hash: string | null
  /** Empty: the model can be opened. */
  readonly problems: readonly ModelProblem[]
}

/**
 * @param dir the folder with model_index.json
 * @throws {AppError} `model-not-found`, `architecture-unsupported` if there is no such folder to report on;
 *   `model-config-invalid` if model_index.json cannot be read
 */
export async function inspectModelFolder(dir: string): Promise<ModelReport> {
  const root = resolve(dir)
  const modelIndex = await readModelIndex(root)
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
  await attempt(() => {
    checkPipeline(modelIndex)
  })
  const reprise = (await attempt(() => readRepriseJson(root))) ?? { defaults: {} }

  const components: ComponentReport[] = []
  const configs: Partial<Record<WeightComponentName, Record<string, unknown>>> = {}
  const weights: Weights[] = []
  let understood: Understood = { graphs: {} }
  for (const name of Object.keys(WEIGHT_COMPONENTS) as WeightComponentName[]) {
    const config = await attempt(() => readComponentConfig(root, name, 'config.json'))
    let className: string | null = null
    if (config !== null) {
      configs[name] = config
      className = await attempt(() => checkComponent(name, config, modelIndex))
    }
    const opened = await attempt(() => openWeights(join(root, name), WEIGHT_COMPONENTS[name].baseName, name))
    if (opened !== null) weights.push(opened)
    if (opened !== null && config !== null && className !== null) {
      const checked = await attempt(() => checkTensors(name, config, opened))
      const missing = checked?.problems ?? []
      understood = {
        ...understood,
        ...checked?.understood,
        graphs: { ...understood.graphs, ...checked?.understood.graphs },
      }
      problems.push(...missing.slice(0, MAX_TENSOR_PROBLEMS).map(({ code, message }) => ({ code, message })))
      const more = missing.length - MAX_TENSOR_PROBLEMS
      if (more > 0) problems.push({ code: 'tensor-missing', message: `${name}: and ${more} tensors more` })
    }
    components.push({ name, className, ...contents(opened) })
  }
  await attempt(async () => openTokenizer(await requireFolder(root, 'tokenizer')))
  const scheduler = await attempt(() => readComponentConfig(root, 'scheduler', 'scheduler_config.json'))
  const { unet, vae } = understood
  const author = reprise.defaults
  const requestDefaults =
    unet && vae && scheduler
      ? await attempt(() => modelDefaults({ unet, vae, schedulerConfig: scheduler, author }))
      : null
  const whole = wholeOf(understood)
  if (whole) {
    await attempt(() => {
      checkFit(whole)
    })
  }
  const complete = weights.length === components.length && problems.length === 0
  return {
    name: reprise.name ?? basename(root),
    architecture: architectureOf(configs.unet),
    pipeline: textOf(modelIndex._class_name),
    components,
    ...imageSize(configs),
    predictionType: textOf(scheduler?.prediction_type) ?? 'epsilon',
    scheduler: textOf(scheduler?._class_name),
    defaults: author,
    requestDefaults,
    sizeMultiplePx: vae?.scaleFactor ?? null,
    memory: whole ? memoryProfile(whole) : null,
    hash: complete ? await attempt(() => modelHash(root, weights)) : null,
    problems,
  }
}

/** Undefined if anything of it is missing. */
function wholeOf({ text, unet, vae, graphs }: Understood): (ReadConfigs & ProfiledModel) | undefined {
  const { textEncoder, unet: unetGraph, vaeEncoder, vaeDecoder } = graphs
  if (!text || !unet || !vae || !textEncoder || !unetGraph || !vaeEncoder || !vaeDecoder) return undefined
  return { text, unet, vae, graphs: { textEncoder, unet: unetGraph, vaeEncoder, vaeDecoder } }
}

function contents(weights: Weights | null): Omit<ComponentReport, 'name' | 'className'> {
  const dtypes: Record<string, { tensors: number; sizeBytes: number }> = {}
  let parameterCount = 0
  let sizeBytes = 0
  for (const name of weights?.names() ?? []) {
    const { dtype, shape, byteLength } = weights!.get(name)!
    const sum = (dtypes[dtype] ??= { tensors: 0, sizeBytes: 0 })
    sum.tensors++
    sum.sizeBytes += byteLength
    sizeBytes += byteLength
    parameterCount += elementCount(shape)
  }
  return { parameterCount, dtypes, sizeBytes, files: (weights?.files ?? []).map((file) => basename(file)) }
}

/** By the width of the text encoder and of the first UNet level, which finetunes keep. */
function architectureOf(unet: Record<string, unknown> | undefined): string {
  if (unet === undefined) return 'unknown'
  const channels = Array.isArray(unet.block_out_channels) ? (unet.block_out_channels[0] as unknown) : undefined
  if (channels === 320 && unet.cross_attention_dim === 768) return 'Stable Diffusion 1.x'
  if (channels === 320 && unet.cross_attention_dim === 1024) return 'Stable Diffusion 2.x'
  return 'Stable Diffusion (own size)'
}

function imageSize(configs: Partial<Record<WeightComponentName, Record<string, unknown>>>): {
  widthPx: number | null
  heightPx: number | null
} {
  const channels = configs.vae?.block_out_channels
  const sample = configs.unet?.sample_size
  const [height, width] = (Array.isArray(sample) ? sample : [sample, sample]) as unknown[]
  // each level of the VAE but the last halves the image
  const factor = Array.isArray(channels) && channels.length < 16 ? 2 ** (channels.length - 1) : null
  const scaled = (size: unknown) => (factor !== null && Number.isSafeInteger(size) ? (size as number) * factor : null)
  return { widthPx: scaled(width), heightPx: scaled(height) }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
