/**
 * Multi-head attention as the runtime's fused kernel takes it: three-dimensional q, k, v and no bias input, which
 * is the flash path on the CPU (no L × L matrix is ever kept).
 */
import type { GraphBuilder, Value } from '#engine/onnx/graph-builder.ts'
import { groupNorm, linear } from './basic-layers.ts'
import type { Features, LayerContext } from './layer-context.ts'

/** softmax(q kᵀ / √d) v. @param q [N, L, C]; k, v [N, S, C] with C = heads × d; @returns [N, L, C] */
export function multiHeadAttention(
  graph: GraphBuilder,
  q: Value,
  k: Value,
  v: Value,
  options: { heads: number; causal?: boolean },
): Value {
  return graph.node('ms:MultiHeadAttention', [q, k, v], {
    num_heads: { int: options.heads },
    ...(options.causal ? { unidirectional: { int: 1 } } : {}),
  })
}

/** [N, C, H, W] → [N, H·W, C] */
export function toTokens(graph: GraphBuilder, x: Features): Value {
  const flat = graph.node('Reshape', [x.value, graph.ints([0, x.channels, -1])])
  return graph.node('Transpose', [flat], { perm: { ints: [0, 2, 1] } })
}

/** [N, H·W, C] → the shape of `like`, [N, C, H, W] */
export function fromTokens(graph: GraphBuilder, tokens: Value, like: Features): Features {
  const flat = graph.node('Transpose', [tokens], { perm: { ints: [0, 2, 1] } })
  const value = graph.node('Reshape', [flat, graph.node('Shape', [like.value])])
  return { value, channels: like.channels }
}

/** Names of a projection before and after diffusers 0.17, which the VAEs of that time still carry on disk. */
const LEGACY_NAMES: Readonly<Record<string, string>> = {
  to_q: 'query',
  to_k: 'key',
  to_v: 'value',
  'to_out.0': 'proj_attn',
}

/**
 * Spatial self-attention: Attention with group norm and a residual, of one head in an autoencoder's middle (diffusers
 * models/attention_processor.py, as UNetMidBlock2D and AttnDownBlock2D make it).
 */
export function spatialSelfAttention(
  context: LayerContext,
  name: string,
  x: Features,
  options: { groups: number; epsilon: number; heads?: number },
): Features {
  const { graph, weights } = context
  const tokens = toTokens(graph, groupNorm(context, `${name}.group_norm`, x, options))
  const project = (part: string, input: Value): Value => {
    const legacy = `${name}.${LEGACY_NAMES[part]}`
    const known = weights.has(`${legacy}.weight`) ? legacy : `${name}.${part}`
    return linear(context, known, input, x.channels, x.channels)
  }
  const attended = multiHeadAttention(
    graph,
    project('to_q', tokens),
    project('to_k', tokens),
    project('to_v', tokens),
    {
      heads: options.heads ?? 1,
    },
  )
  const out = fromTokens(graph, project('to_out.0', attended), x)
  return { value: graph.node('Add', [out.value, x.value]), channels: x.channels }
}
