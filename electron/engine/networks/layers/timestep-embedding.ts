/** TimestepEmbedding of diffusers (models/embeddings.py): two linear layers with SiLU between them. */
import type { Value } from '#engine/onnx/graph-builder.ts'
import { linear, silu } from './basic-layers.ts'
import type { LayerContext } from './layer-context.ts'

/** @param x [N, inFeatures]; @returns [N, outFeatures] */
export function timestepEmbedding(
  context: LayerContext,
  name: string,
  x: Value,
  inFeatures: number,
  outFeatures: number,
): Value {
  const hidden = silu(context, linear(context, `${name}.linear_1`, x, inFeatures, outFeatures))
  return linear(context, `${name}.linear_2`, hidden, outFeatures, outFeatures)
}
