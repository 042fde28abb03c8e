/**
 * A model folder in the layout of diffusers: model_index.json, a folder for each component with its config and weights,
 * one for each tokenizer and one for the scheduler. Opening reads configs and weight headers, no tensor data.
 */
import { basename, join, resolve } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import type { ModelComponentName } from '#shared/names.ts'
import type { AnyNetwork, Architecture } from '#engine/architectures/architecture.ts'
import { architectureOfIndex, classNameText } from '#engine/architectures/registry.ts'
import type { RawConfig } from '#engine/networks/network.ts'
import { openTokenizer } from '#engine/tokenizer/open-tokenizer.ts'
import { openWeights } from '#engine/weights/open-weights.ts'
import type { Checkpoint, ModelComponent } from './checkpoint.ts'
import { readComponentConfig, readModelIndex, readRepriseJson, requireFolder } from './folder-json.ts'
import { folderHash } from './model-hash.ts'

/**
 * @param dir the folder with model_index.json
 * @throws {AppError} `model-not-found`, `model-component-missing`, `model-config-invalid`,
 *   `architecture-unsupported`, `weights-invalid`
 */
export async function openFolder(dir: string): Promise<Checkpoint> {
  const root = resolve(dir)
  const index = await readModelIndex(root)
  const architecture = architectureOfIndex(index)
  const reprise = await readRepriseJson(root)
  const components = new Map<ModelComponentName, ModelComponent>()
  for (const name of componentNames(architecture))
    components.set(name, await openComponent(root, architecture, name, index))
  for (const { folder } of architecture.tokenizers) await requireFolder(root, folder)
  const { schedulerFolder, schedulerFile } = SCHEDULER
  return {
    path: root,
    name: reprise.name ?? basename(root),
    architecture,
    index,
    components,
    openTokenizer: async (folder, options) => openTokenizer(await requireFolder(root, folder), options),
    schedulerConfig: await readComponentConfig(root, schedulerFolder, schedulerFile),
    defaults: reprise.defaults,
    hash: await folderHash(
      root,
      architecture,
      index,
      [...components.values()].map(({ weights }) => weights),
    ),
  }
}

export const SCHEDULER = { schedulerFolder: 'scheduler', schedulerFile: 'scheduler_config.json' } as const

/** In the declaration's order. */
export function componentNames({ components }: Architecture): ModelComponentName[] {
  return Object.keys(components) as ModelComponentName[]
}

/**
 * Config and weights of one component.
 * @throws {AppError} as `openFolder`
 */
async function openComponent(
  root: string,
  architecture: Architecture,
  name: ModelComponentName,
  index: RawConfig,
): Promise<ModelComponent> {
  const config = await readComponentConfig(root, name, 'config.json')
  const network = networkOf(architecture, name, config, index)
  return { network, config, weights: await openWeights(join(root, name), network.weightsName, name) }
}

/**
 * The network that a component is, by the class that its config names.
 * @throws {AppError} `architecture-unsupported` naming it
 */
export function networkOf(
  architecture: Architecture,
  name: ModelComponentName,
  config: RawConfig,
  index: RawConfig,
): AnyNetwork {
  const found = componentClass(name, config, index)
  const uses = architecture.components[name] ?? []
  const match = uses.find(({ network }) => network.className === found)
  if (match !== undefined) return match.network
  const supported = uses.map(({ network }) => network.className)
  throw new AppError(
    'architecture-unsupported',
    `${name} is a ${quoted(found)}; supported is ${supported.join(' or ')}`,
    { data: { component: name, found, supported } },
  )
}

/** What a config says it configures: `_class_name` in diffusers, `architectures` in transformers. */
function componentClass(component: string, config: RawConfig, index: RawConfig): string {
  const { architectures } = config
  const listed = index[component]
  const name: unknown =
    config._class_name ??
    (Array.isArray(architectures) ? architectures[0] : undefined) ??
    (Array.isArray(listed) ? listed[1] : undefined)
  return classNameText(name)
}
