/**
 * CLIPTextModel → ONNX: token ids [N, S] → prompt embeddings [N, S, D] (last hidden state, final norm applied).
 * Must match transformers models/clip/modeling_clip.py; proven by test/integration/pipelines.test.ts.
 */
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { GraphBuilder, type OnnxGraph, type Value } from '#engine/onnx/graph-builder.ts'
import type { Weights } from '#engine/weights/weights.ts'
import { parseConfig, unsupported } from './component-config.ts'
import { layerNorm, linear } from './layers/basic-layers.ts'
import { multiHeadAttention } from './layers/attention.ts'
import type { LayerContext } from './layers/layer-context.ts'

export interface ClipTextConfig {
  readonly vocabSize: number
  readonly hiddenSize: number
  readonly intermediateSize: number
  readonly layers: number
  readonly heads: number
  readonly maxPositions: number
  readonly activation: 'quick_gelu' | 'gelu'
  readonly epsilon: number
}

const size = z
  .int()
  .positive()
  .max(1 << 20)

const Schema = z.object({
  vocab_size: size.default(49408),
  hidden_size: size.default(512),
  intermediate_size: size.default(2048),
  num_hidden_layers: size.default(12),
  num_attention_heads: size.default(8),
  max_position_embeddings: size.default(77),
  hidden_act: z.string().default('quick_gelu'),
  layer_norm_eps: z.number().positive().default(1e-5),
})

/** @throws {AppError} `architecture-unsupported` or `model-config-invalid`, naming the field */
export function readClipTextConfig(config: Readonly<Record<string, unknown>>): ClipTextConfig {
  const raw = parseConfig('text_encoder', Schema, config)
  if (raw.hidden_act !== 'quick_gelu' && raw.hidden_act !== 'gelu') {
    throw unsupported('text_encoder', 'hidden_act', raw.hidden_act)
  }
  if (raw.hidden_size % raw.num_attention_heads !== 0) {
    throw new AppError(
      'model-config-invalid',
      `text_encoder/config.json: hidden_size ${raw.hidden_size} does not divide by ${raw.num_attention_heads} heads`,
    )
  }
  return {
    vocabSize: raw.vocab_size,
    hiddenSize: raw.hidden_size,
    intermediateSize: raw.intermediate_size,
    layers: raw.num_hidden_layers,
    heads: raw.num_attention_heads,
    maxPositions: raw.max_position_embeddings,
    activation: raw.hidden_act,
    epsilon: raw.layer_norm_eps,
  }
}

export function buildClipText(config: ClipTextConfig, weights: Weights): OnnxGraph {
  const graph = new GraphBuilder('text_encoder')
  const context: LayerContext = { graph, weights }
  // transformers 5 writes the names without this prefix, older versions with it
  const prefix = weights.has('text_model.embeddings.token_embedding.weight') ? 'text_model.' : ''
  const { hiddenSize } = config

  const ids = graph.input('input_ids', 'int32', ['N', 'S'])
  const tokens = graph.gatherRows(
    weights.require(`${prefix}embeddings.token_embedding.weight`, [config.vocabSize, hiddenSize]),
    ids,
  )
  const table = weights.require(`${prefix}embeddings.position_embedding.weight`, [config.maxPositions, hiddenSize])
  const length = graph.node('Shape', [ids], { start: { int: 1 }, end: { int: 2 } })
  const positions = graph.node('Slice', [graph.weight(table), graph.ints([0]), length, graph.ints([0])])
  let x = graph.node('Add', [tokens, positions])
  for (let i = 0; i < config.layers; i++) x = encoderLayer(context, `${prefix}encoder.layers.${i}`, x, config)
  x = layerNorm(context, `${prefix}final_layer_norm`, x, hiddenSize, config.epsilon)
  graph.output(x, 'prompt_embeds', ['N', 'S', hiddenSize])
  return graph.finish()
}

/** CLIPEncoderLayer: causal self-attention and an MLP, each behind its norm. */
function encoderLayer(context: LayerContext, name: string, x: Value, config: ClipTextConfig): Value {
  const { graph } = context
  const { hiddenSize, intermediateSize, heads, epsilon } = config
  const attention = `${name}.self_attn`
  const normed = layerNorm(context, `${name}.layer_norm1`, x, hiddenSize, epsilon)
  const project = (part: string, input: Value): Value =>
    linear(context, `${attention}.${part}`, input, hiddenSize, hiddenSize)
  const attended = multiHeadAttention(
    graph,
    project('q_proj', normed),
    project('k_proj', normed),
    project('v_proj', normed),
    {
      heads,
      causal: true,
    },
  )
  const afterAttention = graph.node('Add', [project('out_proj', attended), x])

  const mlpIn = layerNorm(context, `${name}.layer_norm2`, afterAttention, hiddenSize, epsilon)
  const hidden = activation(context, linear(context, `${name}.mlp.fc1`, mlpIn, hiddenSize, intermediateSize), config)
  return graph.node('Add', [linear(context, `${name}.mlp.fc2`, hidden, intermediateSize, hiddenSize), afterAttention])
}

function activation({ graph }: LayerContext, x: Value, config: ClipTextConfig): Value {
  if (config.activation === 'gelu') return graph.node('Gelu', [x])
  const scaled = graph.node('Mul', [x, graph.floats([1.702], [])])
  return graph.node('Mul', [x, graph.node('Sigmoid', [scaled])])
}
