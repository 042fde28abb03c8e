/**
 * UNet2DConditionModel → ONNX: the denoiser of Stable Diffusion 1.x and 2.x.
 * Must match diffusers models/unets/unet_2d_condition.py; proven by test/integration/pipelines.test.ts.
 *
 * Inputs: sample [N, C, h, w], time_projection [1, block_out_channels[0]] (see timestepProjection),
 * prompt_embeds [N, S, D]. Output: out [N, C', h, w]. N, S, h and w are dynamic.
 */
import { GraphBuilder, type OnnxGraph, type Value } from '#engine/onnx/graph-builder.ts'
import type { Weights } from '#engine/weights/weights.ts'
import { conv2d, groupNorm, linear, silu } from './layers/basic-layers.ts'
import type { Features, LayerContext } from './layers/layer-context.ts'
import { downsample, upsampleToSizeOf } from './layers/resample.ts'
import { resnetBlock, type ResnetOptions } from './layers/resnet-block.ts'
import { transformer2d } from './layers/transformer-2d.ts'
import type { UNetConfig, UNetLevel } from './unet-config.ts'

/** What every block needs besides its input. */
interface BlockContext extends LayerContext {
  readonly config: UNetConfig
  readonly time: NonNullable<ResnetOptions['time']>
  readonly promptEmbeds: Value
}

export function buildUNet(config: UNetConfig, weights: Weights): OnnxGraph {
  const graph = new GraphBuilder('unet')
  const context: LayerContext = { graph, weights }
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

/** TimestepEmbedding, and the SiLU that every block would apply to it first. */
function timeEmbedding(context: LayerContext, projection: Value, config: UNetConfig): Value {
  const base = config.levels[0].channels
  const hidden = silu(context, linear(context, 'time_embedding.linear_1', projection, base, config.timeEmbedDim))
  return silu(context, linear(context, 'time_embedding.linear_2', hidden, config.timeEmbedDim, config.timeEmbedDim))
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
  const pad = block.config.downsamplePadding
  x = downsample(block, `${name}.downsamplers.0`, x, [pad, pad, pad, pad])
  skips.push(x)
  return x
}

function midBlock(block: BlockContext, input: Features): Features {
  const level = block.config.levels[block.config.levels.length - 1]
  if (block.config.midBlock === 'none') return input
  const x = resnet(block, 'mid_block.resnets.0', input, level.channels)
  if (block.config.midBlock === 'plain') return x
  return resnet(block, 'mid_block.resnets.1', attend(block, 'mid_block.attentions.0', x, level), level.channels)
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
  return level.crossAttention ? attend(block, `${name}.attentions.${i}`, out, level) : out
}

function resnet(block: BlockContext, name: string, x: Features, outChannels: number): Features {
  const { config, time } = block
  return resnetBlock(block, name, x, { outChannels, groups: config.groups, epsilon: config.epsilon, time })
}

function attend(block: BlockContext, name: string, x: Features, level: UNetLevel): Features {
  const { config, promptEmbeds } = block
  return transformer2d(block, name, x, {
    heads: level.heads,
    depth: level.transformerDepth,
    groups: config.groups,
    promptEmbeds,
    contextFeatures: level.contextFeatures,
  })
}
