/**
 * A model folder in the layout of diffusers: model_index.json, and one folder each for the text encoder, the
 * tokenizer, the UNet, the VAE and the scheduler. Opening reads configs and weight headers, no tensor data.
 */
import { basename, join, resolve } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import { openWeights, type WeightsBaseName } from '#engine/weights/open-weights.ts'
import type { Weights } from '#engine/weights/weights.ts'
import {
  readComponentConfig,
  readModelIndex,
  readRepriseJson,
  requireFolder,
  type AuthorDefaults,
} from './model-folder-config.ts'
import { modelHash } from './model-folder-hash.ts'

export interface ModelComponent {
  /** config.json as it is; each architecture checks the fields that it uses. */
  readonly config: Record<string, unknown>
  readonly weights: Weights
}

export interface ModelFolder {
  /** Absolute. */
  readonly dir: string
  /** The `name` of reprise.json, or the folder's base name. */
  readonly name: string
  readonly modelIndex: Record<string, unknown>
  readonly textEncoder: ModelComponent
  readonly unet: ModelComponent
  readonly vae: ModelComponent
  /** Absolute; opened by `openTokenizer`. */
  readonly tokenizerDir: string
  /** scheduler_config.json as it is. */
  readonly schedulerConfig: Record<string, unknown>
  readonly defaults: AuthorDefaults
  /** sha256 hex; what it covers is said at `modelHash`. */
  readonly hash: string
}

/** The components with weights, and the one class of each that graphs can be built for. */
export const WEIGHT_COMPONENTS = {
  text_encoder: { className: 'CLIPTextModel', baseName: 'model' },
  unet: { className: 'UNet2DConditionModel', baseName: 'diffusion_pytorch_model' },
  vae: { className: 'AutoencoderKL', baseName: 'diffusion_pytorch_model' },
} as const satisfies Record<string, { className: string; baseName: WeightsBaseName }>
export type WeightComponentName = keyof typeof WEIGHT_COMPONENTS

const PIPELINES: readonly unknown[] = ['StableDiffusionPipeline', 'StableDiffusionImg2ImgPipeline']

/**
 * @param dir the folder with model_index.json
 * @throws {AppError} `model-not-found`, `model-component-missing`, `model-config-invalid`,
 *   `architecture-unsupported`, `weights-invalid`
 */
export async function openModelFolder(dir: string): Promise<ModelFolder> {
  const root = resolve(dir)
  const modelIndex = await readModelIndex(root)
  checkPipeline(modelIndex)
  const reprise = await readRepriseJson(root)
  const folder = {
    dir: root,
    name: reprise.name ?? basename(root),
    modelIndex,
    textEncoder: await openComponent(root, 'text_encoder', modelIndex),
    unet: await openComponent(root, 'unet', modelIndex),
    vae: await openComponent(root, 'vae', modelIndex),
    tokenizerDir: await requireFolder(root, 'tokenizer'),
    schedulerConfig: await readComponentConfig(root, 'scheduler', 'scheduler_config.json'),
    defaults: reprise.defaults,
  }
  return {
    ...folder,
    hash: await modelHash(root, [folder.textEncoder.weights, folder.unet.weights, folder.vae.weights]),
  }
}

/** @throws {AppError} `architecture-unsupported` naming the pipeline */
export function checkPipeline(modelIndex: Record<string, unknown>): void {
  const found = modelIndex._class_name
  if (PIPELINES.includes(found)) return
  throw new AppError(
    'architecture-unsupported',
    `the model is for ${quoted(className(found))}; supported: ${PIPELINES.join(', ')}`,
    { data: { found: className(found), supported: PIPELINES } },
  )
}

/**
 * Config and weights of one component.
 * @throws {AppError} as `openModelFolder`
 */
async function openComponent(
  root: string,
  component: WeightComponentName,
  modelIndex: Record<string, unknown>,
): Promise<ModelComponent> {
  const config = await readComponentConfig(root, component, 'config.json')
  checkComponent(component, config, modelIndex)
  return { config, weights: await openWeights(join(root, component), WEIGHT_COMPONENTS[component].baseName, component) }
}

/**
 * @returns the component's class
 * @throws {AppError} `architecture-unsupported` naming it
 */
export function checkComponent(
  component: WeightComponentName,
  config: Record<string, unknown>,
  modelIndex: Record<string, unknown>,
): string {
  const supported = WEIGHT_COMPONENTS[component].className
  const found = componentClass(component, config, modelIndex)
  if (found === supported) return found
  throw new AppError('architecture-unsupported', `${component} is a ${quoted(found)}; supported is ${supported}`, {
    data: { component, found, supported },
  })
}

/** What a config says it configures: `_class_name` in diffusers, `architectures` in transformers. */
function componentClass(
  component: string,
  config: Record<string, unknown>,
  modelIndex: Record<string, unknown>,
): string {
  const { architectures } = config
  const listed = modelIndex[component]
  return className(
    config._class_name ??
      (Array.isArray(architectures) ? architectures[0] : undefined) ??
      (Array.isArray(listed) ? listed[1] : undefined),
  )
}

function className(value: unknown): string {
  return typeof value === 'string' ? value : 'unnamed'
}
