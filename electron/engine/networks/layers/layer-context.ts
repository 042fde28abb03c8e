/** What every layer function needs: the graph it adds to, the weights it names, and what the graph is built for. */
import type { GraphBuilder, Value } from '#engine/onnx/graph-builder.ts'
import type { Target } from '#engine/runtime/target.ts'
import type { Weights } from '#engine/weights/weights.ts'

export interface LayerContext {
  readonly graph: GraphBuilder
  readonly weights: Weights
  readonly target: Target
}

/** A feature map [N, channels, H, W] (or [N, L, channels] where a function says so). */
export interface Features {
  readonly value: Value
  readonly channels: number
}
