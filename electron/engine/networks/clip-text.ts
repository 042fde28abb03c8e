/**
 * CLIPTextModel and CLIPTextModelWithProjection → ONNX: token ids [1, S] → hidden states [1, S, D], and what stands for
 * the whole prompt, [1, P]. Two graphs over the same weights: `last` gives the last layer's states behind the final norm
 * (SD 1 and 2), `penultimate` those of the layer before, as they are, and with a projection the pooled output too (SDXL).
 * Must match transformers models/clip/modeling_clip.py; proven by test/integration/pipelines.test.ts.
 */
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { GraphBuilder, type OnnxGraph, type Value } from '#engine/onnx/graph-builder.ts'
import type { Weights } from '#engine/weights/weights.ts'
import type { Target } from '#engine/runtime/target.ts'
import { parseConfig, unsupported } from './component-config.ts'
import { multiHeadAttention } from './layers/attention.ts'
import { layerNorm, linear } from './layers/basic-layers.ts'
import type { LayerContext } from './layers/layer-context.ts'
import type { Network, RawConfig } from './network.ts'

export interface ClipTextConfig {
  readonly vocabSize: number
  readonly hiddenSize: number
  readonly intermediateSize: number
  readonly layers: number
  readonly heads: number
  readonly maxPositions: number
  readonly activation: 'quick_gelu' | 'gelu'
  readonly epsilon: number
  /** Width of the pooled output; undefined without a projection. */
  readonly projection: number | undefined
}

const size = z
  .int()
  .positive()
  .max(1 << 20)
/** The largest known text encoder of this class has 32. */
const MAX_LAYERS = 256

const Schema = z.object({
  vocab_size: size.default(49408),
  hidden_size: size.default(512),
  intermediate_size: size.default(2048),
  num_hidden_layers: z.int().positive().max(MAX_LAYERS).default(12),
  num_attention_heads: size.default(8),
  max_position_embeddings: size.default(77),
  hidden_act: z.string().default('quick_gelu'),
  layer_norm_eps: z.number().positive().default(1e-5),
  projection_dim: size.default(512),
})

function readConfig(config: RawConfig, component: string, projects: boolean): ClipTextConfig {
  const raw = parseConfig(component, Schema, config)
  if (raw.hidden_act !== 'quick_gelu' && raw.hidden_act !== 'gelu') {
    throw unsupported(component, 'hidden_act', raw.hidden_act)
  }
  if (raw.hidden_size % raw.num_attention_heads !== 0) {
    throw new AppError(
      'model-config-invalid',
      `${component}/config.json: hidden_size ${raw.hidden_size} does not divide by ${raw.num_attention_heads} heads`,
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
    projection: projects ? raw.projection_dim : undefined,
  }
}

function build(config: ClipTextConfig, weights: Weights, target: Target, states: 'last' | 'penultimate'): OnnxGraph {
  const graph = new GraphBuilder('text_encoder')
  const context: LayerContext = { graph, weights, target }
  // transformers 5 writes the names without this prefix, older versions with it
  const prefix = weights.has('text_model.embeddings.token_embedding.weight') ? 'text_model.' : ''
  const { hiddenSize, projection } = config
  const pools = states === 'penultimate' && projection !== undefined

  const ids = graph.input('input_ids', 'int32', ['N', 'S'])
  const tokens = graph.gatherRows(
    weights.require(`${prefix}embeddings.token_embedding.weight`, [config.vocabSize, hiddenSize]),
    ids,
  )
  const table = weights.require(`${prefix}embeddings.position_embedding.weight`, [config.maxPositions, hiddenSize])
  const length = graph.node('Shape', [ids], { start: { int: 1 }, end: { int: 2 } })
  const positions = graph.node('Slice', [graph.weight(table), graph.ints([0]), length, graph.ints([0])])
  let x = graph.node('Add', [tokens, positions])
  let penultimate = x
  for (let i = 0; i < config.layers; i++) {
    penultimate = x
    // the last layer is only for what comes behind it
    if (i < config.layers - 1 || states === 'last' || pools) {
      x = encoderLayer(context, `${prefix}encoder.layers.${i}`, x, config)
    }
  }
  const finalNorm = (value: Value): Value =>
    layerNorm(context, `${prefix}final_layer_norm`, value, hiddenSize, config.epsilon)
  graph.output(states === 'last' ? finalNorm(x) : penultimate, 'hidden_states', ['N', 'S', hiddenSize])
  if (pools) {
    const end = graph.node('Gather', [x, graph.input('end_position', 'int32', [1])], { axis: { int: 1 } })
    graph.output(project(context, finalNorm(end), hiddenSize, projection), 'pooled', ['N', projection])
  }
  return graph.finish()
}

/** text_projection over the state of the end token. @param x [N, 1, D]; @returns [N, P] */
function project({ graph, weights }: LayerContext, x: Value, hiddenSize: number, projection: number): Value {
  const entry = weights.require('text_projection.weight', [projection, hiddenSize])
  const flat = graph.node('Reshape', [x, graph.ints([-1, hiddenSize])])
  // OpenCLIP keeps the matrix the other way round
  return entry.transposed === true
    ? graph.node('MatMul', [flat, graph.weight(entry, { dims: [hiddenSize, projection] })])
    : graph.node('ms:FusedMatMul', [flat, graph.weight(entry)], { transB: { int: 1 } })
}

const graphs: Network<ClipTextConfig, 'last' | 'penultimate'>['graphs'] = {
  last: (config, weights, target) => build(config, weights, target, 'last'),
  penultimate: (config, weights, target) => build(config, weights, target, 'penultimate'),
}

export const CLIP_TEXT_MODEL = {
  className: 'CLIPTextModel',
  weightsName: 'model',
  readConfig: (config, component) => readConfig(config, component, false),
  graphs,
} satisfies Network<ClipTextConfig>

export const CLIP_TEXT_MODEL_WITH_PROJECTION = {
  className: 'CLIPTextModelWithProjection',
  weightsName: 'model',
  readConfig: (config, component) => readConfig(config, component, true),
  graphs,
} satisfies Network<ClipTextConfig>

/** CLIPEncoderLayer: causal self-attention and an MLP, each behind its norm. */
function encoderLayer(context: LayerContext, name: string, x: Value, config: ClipTextConfig): Value {
  const { graph } = context
  const { hiddenSize, intermediateSize, heads, epsilon } = config
  const attention = `${name}.self_attn`
  const normed = layerNorm(context, `${name}.layer_norm1`, x, hiddenSize, epsilon)
  const projected = (part: string, input: Value): Value =>
    linear(context, `${attention}.${part}`, input, hiddenSize, hiddenSize)
  const attended = multiHeadAttention(
    graph,
    projected('q_proj', normed),
    projected('k_proj', normed),
    projected('v_proj', normed),
    {
      heads,
      causal: true,
    },
  )
  const afterAttention = graph.node('Add', [projected('out_proj', attended), x])

  const mlpIn = layerNorm(context, `${name}.layer_norm2`, afterAttention, hiddenSize, epsilon)
  const hidden = activation(context, linear(context, `${name}.mlp.fc1`, mlpIn, hiddenSize, intermediateSize), config)
  return graph.node('Add', [linear(context, `${name}.mlp.fc2`, hidden, intermediateSize, hiddenSize), afterAttention])
}

function activation({ graph }: LayerContext, x: Value, config: ClipTextConfig): Value {
  if (config.activation === 'gelu') return graph.node('Gelu', [x])
  const scaled = graph.node('Mul', [x, graph.floats([1.702], [])])
  return graph.node('Mul', [x, graph.node('Sigmoid', [scaled])])
}
