/**
 * AutoencoderKL → ONNX, encoder and decoder as a graph each.
 * Must match diffusers models/autoencoders/{autoencoder_kl,vae}.py; proven by test/integration/pipelines.test.ts.
 */
import { GraphBuilder, type OnnxGraph } from '#engine/onnx/graph-builder.ts'
import type { Target } from '#engine/runtime/target.ts'
import type { Weights } from '#engine/weights/weights.ts'
import { readAutoencoderKlConfig, type AutoencoderKlConfig } from './autoencoder-kl-config.ts'
import { spatialSelfAttention } from './layers/attention.ts'
import { conv2d, groupNorm, silu } from './layers/basic-layers.ts'
import type { Features, LayerContext } from './layers/layer-context.ts'
import { downsample, upsampleTwice } from './layers/resample.ts'
import { resnetBlock } from './layers/resnet-block.ts'
import type { Network } from './network.ts'

const EPSILON = 1e-6

export const AUTOENCODER_KL = {
  className: 'AutoencoderKL',
  weightsName: 'diffusion_pytorch_model',
  readConfig: readAutoencoderKlConfig,
  graphs: { encoder: buildEncoder, decoder: buildDecoder },
} satisfies Network<AutoencoderKlConfig>

/** latents [N, C, h, w] (unscaled) → image [N, 3, h·f, w·f] in about −1..1 */
function buildDecoder(config: AutoencoderKlConfig, weights: Weights, target: Target): OnnxGraph {
  const graph = new GraphBuilder('vae_decoder')
  const context: LayerContext = { graph, weights, target }
  let x: Features = {
    value: graph.input('latents', 'float32', ['N', config.latentChannels, 'h', 'w']),
    channels: config.latentChannels,
  }
  if (config.usePostQuantConv) {
    x = conv2d(context, 'post_quant_conv', x, { outChannels: config.latentChannels, kernel: 1 })
  }
  const channels = [...config.blockOutChannels].reverse()
  x = conv2d(context, 'decoder.conv_in', x, { outChannels: channels[0] })
  x = midBlock(context, 'decoder.mid_block', x, config)
  channels.forEach((outChannels, i) => {
    const name = `decoder.up_blocks.${i}`
    for (let layer = 0; layer <= config.layersPerBlock; layer++) {
      x = resnet(context, `${name}.resnets.${layer}`, x, outChannels, config)
    }
    if (i < channels.length - 1) x = upsampleTwice(context, `${name}.upsamplers.0`, x)
  })
  x = convOut(context, 'decoder', x, config.outChannels, config)
  graph.output(x.value, 'image', ['N', config.outChannels, 'H', 'W'])
  return graph.finish()
}

/** image [N, 3, H, W] in −1..1 → moments [N, 2C, h, w]: the posterior's mean, then its log variance */
function buildEncoder(config: AutoencoderKlConfig, weights: Weights, target: Target): OnnxGraph {
  const graph = new GraphBuilder('vae_encoder')
  const context: LayerContext = { graph, weights, target }
  let x: Features = {
    value: graph.input('image', 'float32', ['N', config.inChannels, 'H', 'W']),
    channels: config.inChannels,
  }
  x = conv2d(context, 'encoder.conv_in', x, { outChannels: config.blockOutChannels[0] })
  config.blockOutChannels.forEach((outChannels, i) => {
    const name = `encoder.down_blocks.${i}`
    for (let layer = 0; layer < config.layersPerBlock; layer++) {
      x = resnet(context, `${name}.resnets.${layer}`, x, outChannels, config)
    }
    // F.pad(0, 1, 0, 1): only below and to the right
    if (i < config.blockOutChannels.length - 1) x = downsample(context, `${name}.downsamplers.0`, x, [0, 0, 1, 1])
  })
  x = midBlock(context, 'encoder.mid_block', x, config)
  const moments = 2 * config.latentChannels
  x = convOut(context, 'encoder', x, moments, config)
  if (config.useQuantConv) x = conv2d(context, 'quant_conv', x, { outChannels: moments, kernel: 1 })
  graph.output(x.value, 'moments', ['N', moments, 'h', 'w'])
  return graph.finish()
}

function midBlock(context: LayerContext, name: string, x: Features, config: AutoencoderKlConfig): Features {
  const first = resnet(context, `${name}.resnets.0`, x, x.channels, config)
  const attended = config.midBlockAttention
    ? spatialSelfAttention(context, `${name}.attentions.0`, first, { groups: config.groups, epsilon: EPSILON })
    : first
  return resnet(context, `${name}.resnets.1`, attended, x.channels, config)
}

function resnet(
  context: LayerContext,
  name: string,
  x: Features,
  outChannels: number,
  config: AutoencoderKlConfig,
): Features {
  return resnetBlock(context, name, x, { outChannels, groups: config.groups, epsilon: EPSILON })
}

function convOut(
  context: LayerContext,
  half: 'encoder' | 'decoder',
  x: Features,
  outChannels: number,
  config: AutoencoderKlConfig,
): Features {
  const normed = groupNorm(context, `${half}.conv_norm_out`, x, { groups: config.groups, epsilon: EPSILON })
  return conv2d(context, `${half}.conv_out`, { ...normed, value: silu(context, normed.value) }, { outChannels })
}
