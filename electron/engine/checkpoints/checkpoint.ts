/** A model on disk that was understood: configs and weight headers are read, no tensor data. */
import type { ModelComponentName } from '#shared/names.ts'
import { Components, type AnyNetwork, type Architecture } from '#engine/architectures/architecture.ts'
import type { RawConfig } from '#engine/networks/network.ts'
import type { ClipTokenizer, OpenTokenizerOptions } from '#engine/tokenizer/open-tokenizer.ts'
import type { Weights } from '#engine/weights/weights.ts'
import type { AuthorDefaults } from './folder-json.ts'

export interface ModelComponent {
  readonly network: AnyNetwork
  /** config.json as it is; each network checks the fields that it uses. */
  readonly config: RawConfig
  readonly weights: Weights
}

export interface Checkpoint {
  /** Where it lies, absolute: a folder, or one file. */
  readonly path: string
  /** The `name` of reprise.json, or the base name. */
  readonly name: string
  readonly architecture: Architecture
  /** model_index.json, or what stands for it. */
  readonly index: RawConfig
  readonly components: ReadonlyMap<ModelComponentName, ModelComponent>
  /** @param folder one of the architecture's */
  openTokenizer(folder: string, options: OpenTokenizerOptions): Promise<ClipTokenizer>
  /** scheduler_config.json as it is. */
  readonly schedulerConfig: Record<string, unknown>
  readonly defaults: AuthorDefaults
  /** sha256 hex; what it covers is said at `modelHash`. */
  readonly hash: string
}

/**
 * Reads every component's config.
 *
 * @throws {AppError} `architecture-unsupported` or `model-config-invalid`, naming the field
 */
export function readComponents(components: Checkpoint['components']): Components {
  return new Components(
    new Map([...components].map(([name, { network, config }]) => [name, readComponent(name, network, config)])),
  )
}

export function readComponent(
  name: ModelComponentName,
  network: AnyNetwork,
  config: RawConfig,
): { network: AnyNetwork; config: unknown } {
  return { network, config: network.readConfig(config, name) as unknown }
}
