/**
 * UNet2DConditionModel → ONNX: the denoiser of Stable Diffusion 1.x, 2.x and XL.
 * Must match diffusers models/unets/unet_2d_condition.py; proven by test/integration/pipelines.test.ts.
 *
 * Inputs: sample [N, C, h, w], time_projection [1, block_out_channels[0]] (see sinusoidalEmbedding),
 * prompt_embeds [N, S, D]; of SDXL also added_conditions [N, F], the pooled prompt and the embedded sizes side by side;
 * of networks that take their guidance as an input guidance_embedding [1, G]. Output: out [N, C', h, w].
 * N, S, h and w are dynamic.
 */
import { GraphBuilder, type OnnxGraph, type Value } from '#engine/onnx/graph-builder.ts'
import type { Target } from '#engine/runtime/target.ts'
import type { Weights } from '#engine/weights/weights.ts'
import { conv2d, groupNorm, linear, silu } from './layers/basic-layers.ts'
import type { Features, LayerContext } from './layers/layer-context.ts'
import { downsample, downsamplePads, upsampleToSizeOf } from './layers/resample.ts'
import { resnetBlock, type ResnetOptions } from './layers/resnet-block.ts'
import { timestepEmbedding } from './layers/timestep-embedding.ts'
import { transformer2d } from './layers/transformer-2d.ts'
import type { Network } from './network.ts'
import { readUNetConfig, type UNetConfig, type UNetLevel } from './unet-2d-condition-config.ts'

/** What every block needs besides its input. */
interface BlockContext extends LayerContext {
  readonly config: UNetConfig
  readonly time: NonNullable<ResnetOptions['time']>
  readonly promptEmbeds: Value
}

export const UNET_2D_CONDITION = {
  className: 'UNet2DConditionModel',
  weightsName: 'diffusion_pytorch_model',
  readConfig: readUNetConfig,
  graphs: { unet: build },
} satisfies Network<UNetConfig>

function build(config: UNetConfig, weights: Weights, target: Target): OnnxGraph {
  const graph = new GraphBuilder('unet')
  const context: LayerContext = { graph, weights, target }
  const sample = graph.input('sample', 'float32', ['N', config.inChannels, 'h', 'w'])
  const timeProjection = graph.input('time_projection', 'float32', [1, config.levels[0].channels])
  const promptEmbeds = graph.input('prompt_embeds', 'float32', ['N', 'S', 'D'])
  const time = { value: timeEmbedding(context, timeProjection, config), features: config.timeEmbedDim }
  const block: BlockContext = { ...context, config, time, promptEmbeds }

  let x: Features = { value: sample, channels: config.inChannels }
  x = conv2d(context, 'conv_in', x, { outChannels: config.levels[0].channels, kernel: config.convInKernel })
  const skips: Features[] = [x]
  config.levels.forEach((level, i) => {
    x = downBlock(block, `down_blocks.${i}`, x, level, i === config.levels.length - 1, skips)
  })
  x = midBlock(block, x)
  config.upLevels.forEach((level, i) => {
    x = upBlock(block, `up_blocks.${i}`, x, level, i === config.upLevels.length - 1, skips)
  })

  const normed = groupNorm(context, 'conv_norm_out', x, { groups: config.groups, epsilon: config.epsilon })
  const active = { ...normed, value: silu(context, normed.value) }
  const out = conv2d(context, 'conv_out', active, { outChannels: config.outChannels, kernel: config.convOutKernel })
  graph.output(out.value, 'out', ['N', config.outChannels, 'h', 'w'])
  return graph.finish()
}

/**
 * The embedding of the timestep, and of what else the network is told about the whole image, behind the SiLU that every
 * block would apply to it first. @returns [1, E], or [N, E] where images of a batch differ in what was added
 */
function timeEmbedding(context: LayerContext, projection: Value, config: UNetConfig): Value {
  const { graph } = context
  const base = config.levels[0].channels
  let input = projection
  if (config.guidanceEmbedDim !== undefined) {
    const guidance = graph.input('guidance_embedding', 'float32', [1, config.guidanceEmbedDim])
    const projected = linear(context, 'time_embedding.cond_proj', guidance, config.guidanceEmbedDim, base, {
      bias: false,
    })
    input = graph.node('Add', [projection, projected])
  }
  let embedding = timestepEmbedding(context, 'time_embedding', input, base, config.timeEmbedDim)
  if (config.added !== undefined) {
    const added = graph.input('added_conditions', 'float32', ['N', config.added.features])
    embedding = graph.node('Add', [
      embedding,
      timestepEmbedding(context, 'add_embedding', added, config.added.features, config.timeEmbedDim),
    ])
  }
  return silu(context, embedding)
}

function downBlock(
  block: BlockContext,
  name: string,
  input: Features,
  level: UNetLevel,
  isLast: boolean,
  skips: Features[],
): Features {
  let x = input
  for (let i = 0; i < level.layers; i++) {
    x = layer(block, name, i, x, level)
    skips.push(x)
  }
  if (isLast) return x
  x = downsample(block, `${name}.downsamplers.0`, x, downsamplePads(block.config.downsamplePadding))
  skips.push(x)
  return x
}

function midBlock(block: BlockContext, input: Features): Features {
  const level = block.config.levels[block.config.levels.length - 1]
  if (block.config.midBlock === 'none') return input
  const x = resnet(block, 'mid_block.resnets.0', input, level.channels)
  if (block.config.midBlock === 'plain') return x
  return resnet(
    block,
    'mid_block.resnets.1',
    attend(block, 'mid_block.attentions.0', x, level, block.config.midTransformerDepth),
    level.channels,
  )
}

function upBlock(
  block: BlockContext,
  name: string,
  input: Features,
  level: UNetLevel,
  isLast: boolean,
  skips: Features[],
): Features {
  let x = input
  for (let i = 0; i <= level.layers; i++) {
    const skip = skips.pop()!
    const joined = block.graph.node('Concat', [x.value, skip.value], { axis: { int: 1 } })
    x = layer(block, name, i, { value: joined, channels: x.channels + skip.channels }, level)
  }
  return isLast ? x : upsampleToSizeOf(block, `${name}.upsamplers.0`, x, skips[skips.length - 1].value)
}

/** Resnet and, on the levels that have it, attention: layer `i` of a block on the way down or up. */
function layer(block: BlockContext, name: string, i: number, x: Features, level: UNetLevel): Features {
  const out = resnet(block, `${name}.resnets.${i}`, x, level.channels)
  return level.crossAttention ? attend(block, `${name}.attentions.${i}`, out, level, level.transformerDepth[i]) : out
}

function resnet(block: BlockContext, name: string, x: Features, outChannels: number): Features {
  const { config, time } = block
  return resnetBlock(block, name, x, { outChannels, groups: config.groups, epsilon: config.epsilon, time })
}

function attend(block: BlockContext, name: string, x: Features, level: UNetLevel, depth: number): Features {
  const { config, promptEmbeds } = block
  return transformer2d(block, name, x, {
    heads: level.heads,
    depth,
    groups: config.groups,
    promptEmbeds,
    contextFeatures: level.contextFeatures,
  })
}
