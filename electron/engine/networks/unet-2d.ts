/**
 * UNet2DModel → ONNX: the denoiser of models without conditions (DDPM, DDIM), in pixels or latents.
 * Must match diffusers models/unets/unet_2d.py; proven by test/integration/pipelines.test.ts.
 *
 * Inputs: sample [N, C, h, w], time_projection [1, block_out_channels[0]] (see sinusoidalEmbedding).
 * Output: out [N, C', h, w].
 */
import { GraphBuilder, type OnnxGraph, type Value } from '#engine/onnx/graph-builder.ts'
import type { Target } from '#engine/runtime/target.ts'
import type { Weights } from '#engine/weights/weights.ts'
import { spatialSelfAttention } from './layers/attention.ts'
import { conv2d, groupNorm, silu } from './layers/basic-layers.ts'
import type { Features, LayerContext } from './layers/layer-context.ts'
import { downsample, downsamplePads, upsampleTwice } from './layers/resample.ts'
import { resnetBlock, type ResnetOptions } from './layers/resnet-block.ts'
import { timestepEmbedding } from './layers/timestep-embedding.ts'
import type { Network } from './network.ts'
import { readUNet2dConfig, type UNet2dConfig, type UNet2dLevel } from './unet-2d-config.ts'

export const UNET_2D = {
  className: 'UNet2DModel',
  weightsName: 'diffusion_pytorch_model',
  readConfig: readUNet2dConfig,
  graphs: { unet: build },
} satisfies Network<UNet2dConfig>

/** What every block needs besides its input. */
interface BlockContext extends LayerContext {
  readonly config: UNet2dConfig
  readonly time: NonNullable<ResnetOptions['time']>
}

function build(config: UNet2dConfig, weights: Weights, target: Target): OnnxGraph {
  const graph = new GraphBuilder('unet')
  const context: LayerContext = { graph, weights, target }
  const sample = graph.input('sample', 'float32', ['N', config.inChannels, 'h', 'w'])
  const base = config.levels[0].channels
  const projection = graph.input('time_projection', 'float32', [1, base])
  const embedding = timestepEmbedding(context, 'time_embedding', projection, base, config.timeEmbedDim)
  const block: BlockContext = {
    ...context,
    config,
    time: { value: silu(context, embedding), features: config.timeEmbedDim },
  }

  let x: Features = { value: config.centerInput ? centered(graph, sample) : sample, channels: config.inChannels }
  x = conv2d(context, 'conv_in', x, { outChannels: base })
  const skips: Features[] = [x]
  config.levels.forEach((level, i) => {
    for (let j = 0; j < config.layers; j++) {
      x = layer(block, `down_blocks.${i}`, j, x, level)
      skips.push(x)
    }
    if (i === config.levels.length - 1) return
    x = downsample(block, `down_blocks.${i}.downsamplers.0`, x, downsamplePads(config.downsamplePadding))
    skips.push(x)
  })
  x = midBlock(block, x)
  config.upLevels.forEach((level, i) => {
    for (let j = 0; j <= config.layers; j++) {
      const skip = skips.pop()!
      const joined = graph.node('Concat', [x.value, skip.value], { axis: { int: 1 } })
      x = layer(block, `up_blocks.${i}`, j, { value: joined, channels: x.channels + skip.channels }, level)
    }
    if (i < config.upLevels.length - 1) x = upsampleTwice(block, `up_blocks.${i}.upsamplers.0`, x)
  })

  const normed = groupNorm(context, 'conv_norm_out', x, { groups: config.groups, epsilon: config.epsilon })
  const active = { ...normed, value: silu(context, normed.value) }
  const out = conv2d(context, 'conv_out', active, { outChannels: config.outChannels })
  graph.output(out.value, 'out', ['N', config.outChannels, 'h', 'w'])
  return graph.finish()
}

/** 2x − 1, of networks that were trained on samples in 0..1. */
function centered(graph: GraphBuilder, sample: Value): Value {
  return graph.node('Sub', [graph.node('Mul', [sample, graph.floats([2], [])]), graph.floats([1], [])])
}

function midBlock(block: BlockContext, input: Features): Features {
  const { config } = block
  if (config.midBlock === 'none') return input
  const x = resnet(block, 'mid_block.resnets.0', input, input.channels)
  const attended =
    config.midBlock === 'attention' ? attend(block, 'mid_block.attentions.0', x, config.midAttentionGroups) : x
  return resnet(block, 'mid_block.resnets.1', attended, input.channels)
}

function layer(block: BlockContext, name: string, i: number, x: Features, level: UNet2dLevel): Features {
  const out = resnet(block, `${name}.resnets.${i}`, x, level.channels)
  return level.attention ? attend(block, `${name}.attentions.${i}`, out, block.config.groups) : out
}

function resnet(block: BlockContext, name: string, x: Features, outChannels: number): Features {
  const { config, time } = block
  return resnetBlock(block, name, x, { outChannels, groups: config.groups, epsilon: config.epsilon, time })
}

function attend(block: BlockContext, name: string, x: Features, groups: number): Features {
  const { epsilon, headFeatures } = block.config
  const heads = headFeatures === undefined ? 1 : x.channels / headFeatures
  return spatialSelfAttention(block, name, x, { groups, epsilon, heads })
}
