/**
 * Transformer2DModel of diffusers: self-attention, cross-attention to the prompt and a GEGLU feed-forward, over
 * the pixels of a feature map.
 */
import type { Value } from '#engine/onnx/graph-builder.ts'
import { groupNorm, layerNorm, linear, linearRows } from './basic-layers.ts'
import { fromTokens, multiHeadAttention, toTokens } from './attention.ts'
import type { Features, LayerContext } from './layer-context.ts'

const GROUP_NORM_EPSILON = 1e-6
const LAYER_NORM_EPSILON = 1e-5
/** The hidden width of the feed-forward, in multiples of the channels. */
const FEED_FORWARD_FACTOR = 4

export interface Transformer2dOptions {
  readonly heads: number
  readonly depth: number
  readonly groups: number
  /** Prompt embeddings [N, S, contextFeatures]. */
  readonly promptEmbeds: Value
  readonly contextFeatures: number
}

/**
 * proj_in and proj_out are 1 × 1 convolutions in SD 1.x and linear layers in 2.x; over tokens they are the same
 * product of the same bytes, so both run as linear.
 * @param x [N, C, H, W]; @returns the same shape
 */
export function transformer2d(
  context: LayerContext,
  name: string,
  x: Features,
  options: Transformer2dOptions,
): Features {
  const { graph } = context
  const channels = x.channels
  const norm = { groups: options.groups, epsilon: GROUP_NORM_EPSILON }
  let tokens = toTokens(graph, groupNorm(context, `${name}.norm`, x, norm))
  tokens = linear(context, `${name}.proj_in`, tokens, channels, channels)
  for (let i = 0; i < options.depth; i++) {
    tokens = transformerBlock(context, `${name}.transformer_blocks.${i}`, tokens, channels, options)
  }
  tokens = linear(context, `${name}.proj_out`, tokens, channels, channels)
  return { value: graph.node('Add', [fromTokens(graph, tokens, x).value, x.value]), channels }
}

/** BasicTransformerBlock. @param x [N, L, channels] */
function transformerBlock(
  context: LayerContext,
  name: string,
  x: Value,
  channels: number,
  options: Transformer2dOptions,
): Value {
  const { graph } = context
  const { heads, promptEmbeds, contextFeatures } = options
  const normed = (norm: string, value: Value): Value =>
    layerNorm(context, `${name}.${norm}`, value, channels, LAYER_NORM_EPSILON)
  const attend = (attention: string, query: Value, source: Value, sourceFeatures: number): Value => {
    const part = `${name}.${attention}`
    const q = linear(context, `${part}.to_q`, query, channels, channels, { bias: false })
    const k = linear(context, `${part}.to_k`, source, sourceFeatures, channels, { bias: false })
    const v = linear(context, `${part}.to_v`, source, sourceFeatures, channels, { bias: false })
    return linear(context, `${part}.to_out.0`, multiHeadAttention(graph, q, k, v, { heads }), channels, channels)
  }

  const own = normed('norm1', x)
  const afterSelf = graph.node('Add', [attend('attn1', own, own, channels), x])
  const afterCross = graph.node('Add', [
    attend('attn2', normed('norm2', afterSelf), promptEmbeds, contextFeatures),
    afterSelf,
  ])
  return graph.node('Add', [feedForward(context, `${name}.ff`, normed('norm3', afterCross), channels), afterCross])
}

/**
 * GEGLU: one linear layer gives value and gate. Its two halves are two slices of the same weight, so nothing is
 * computed together only to be split again.
 */
function feedForward(context: LayerContext, name: string, x: Value, channels: number): Value {
  const { graph } = context
  const inner = channels * FEED_FORWARD_FACTOR
  const half = (start: number): Value =>
    linearRows(context, `${name}.net.0.proj`, x, channels, 2 * inner, { start, count: inner })
  const gated = graph.node('Mul', [half(0), graph.node('Gelu', [half(inner)])])
  return linear(context, `${name}.net.2`, gated, inner, channels)
}
