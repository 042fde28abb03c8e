/** What a class of network is to the rest of the engine: how its config is read and which graphs it is built as. */
import type { OnnxGraph } from '#engine/onnx/graph-builder.ts'
import type { Target } from '#engine/runtime/target.ts'
import type { WeightsBaseName } from '#engine/weights/open-weights.ts'
import type { Weights } from '#engine/weights/weights.ts'

export type RawConfig = Readonly<Record<string, unknown>>

export interface Network<Config = unknown, GraphName extends string = string> {
  /** As configs name it: `_class_name` in diffusers, `architectures` in transformers. */
  readonly className: string
  /** Stem of its weight files in a folder. */
  readonly weightsName: WeightsBaseName
  /**
   * @param component the folder's name, for messages
   * @throws {AppError} `architecture-unsupported` or `model-config-invalid`, naming the field
   */
  readConfig(config: RawConfig, component: string): Config
  /** A network may have several graphs over the same weights, such as the two halves of an autoencoder. */
  readonly graphs: Readonly<Record<GraphName, (config: Config, weights: Weights, target: Target) => OnnxGraph>>
}

/** The config that a network's reader gives. */
export type ConfigOf<N> = N extends Network<infer Config> ? Config : never
/** The names of a network's graphs. */
export type GraphNameOf<N> = N extends { readonly graphs: infer Graphs } ? Extract<keyof Graphs, string> : never
