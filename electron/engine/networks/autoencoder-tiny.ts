/**
 * AutoencoderTiny (TAESD) → ONNX: a small stand-in for AutoencoderKL, encoder and decoder as a graph each.
 * Must match diffusers models/autoencoders/{autoencoder_tiny,vae}.py; proven by test/integration/pipelines.test.ts.
 */
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { GraphBuilder, type OnnxGraph } from '#engine/onnx/graph-builder.ts'
import type { Target } from '#engine/runtime/target.ts'
import type { Weights } from '#engine/weights/weights.ts'
import { parseConfig, requireNeutral } from './component-config.ts'
import { conv2d } from './layers/basic-layers.ts'
import type { Features, LayerContext } from './layers/layer-context.ts'
import { nearestTwice } from './layers/resample.ts'
import type { Network, RawConfig } from './network.ts'

export interface AutoencoderTinyConfig {
  readonly latentChannels: number
  readonly encoder: readonly TinyLevel[]
  readonly decoder: readonly TinyLevel[]
  readonly scalingFactor: number
  /** Pixels per latent along an edge. */
  readonly scaleFactor: number
}

interface TinyLevel {
  readonly channels: number
  readonly blocks: number
}

const channels = z.array(z.int().positive().max(65536)).min(1).max(10)
const blocks = z.array(z.int().min(0).max(64)).min(1).max(10)

const Schema = z.object({
  latent_channels: z.int().positive().max(1024).default(4),
  encoder_block_out_channels: channels.default([64, 64, 64, 64]),
  decoder_block_out_channels: channels.default([64, 64, 64, 64]),
  num_encoder_blocks: blocks.default([1, 3, 3, 3]),
  num_decoder_blocks: blocks.default([3, 3, 3, 1]),
  scaling_factor: z.number().positive().default(1),
})

const NEUTRAL = {
  in_channels: [3],
  out_channels: [3],
  act_fn: ['relu'],
  upsample_fn: ['nearest'],
  upsampling_scaling_factor: [2],
  shift_factor: [0],
}

function readConfig(config: RawConfig, component: string): AutoencoderTinyConfig {
  const raw = parseConfig(component, Schema, config)
  requireNeutral(component, config, NEUTRAL)
  const levels = (half: 'encoder' | 'decoder'): TinyLevel[] => {
    const widths = raw[`${half}_block_out_channels`]
    const counts = raw[`num_${half}_blocks`]
    // a level begins with the width of the one before it
    const uneven = widths.some((width) => width !== widths[0])
    if (widths.length !== counts.length || uneven) {
      throw new AppError(
        'model-config-invalid',
        `${component}/config.json: ${half}_block_out_channels needs equal entries, as many as num_${half}_blocks`,
      )
    }
    return widths.map((width, i) => ({ channels: width, blocks: counts[i] }))
  }
  const decoder = levels('decoder')
  return {
    latentChannels: raw.latent_channels,
    encoder: levels('encoder'),
    decoder,
    scalingFactor: raw.scaling_factor,
    scaleFactor: 2 ** (decoder.length - 1),
  }
}

/** image [N, 3, H, W] in −1..1 → latents [N, C, h, w] */
function buildEncoder(config: AutoencoderTinyConfig, weights: Weights, target: Target): OnnxGraph {
  const graph = new GraphBuilder('vae_encoder')
  const context: LayerContext = { graph, weights, target }
  const image = graph.input('image', 'float32', ['N', 3, 'H', 'W'])
  const halved = graph.node('Div', [graph.node('Add', [image, graph.floats([1], [])]), graph.floats([2], [])])
  let x: Features = { value: halved, channels: 3 }
  let layer = 0
  config.encoder.forEach((level, i) => {
    const first = i === 0
    x = conv2d(context, `encoder.layers.${layer++}`, x, {
      outChannels: level.channels,
      stride: first ? 1 : 2,
      bias: first,
      pads: [1, 1, 1, 1],
    })
    for (let block = 0; block < level.blocks; block++) x = tinyBlock(context, `encoder.layers.${layer++}`, x)
  })
  x = conv2d(context, `encoder.layers.${layer}`, x, { outChannels: config.latentChannels })
  graph.output(x.value, 'latents', ['N', config.latentChannels, 'h', 'w'])
  return graph.finish()
}

/** latents [N, C, h, w] → image [N, 3, h·f, w·f] in about −1..1 */
function buildDecoder(config: AutoencoderTinyConfig, weights: Weights, target: Target): OnnxGraph {
  const graph = new GraphBuilder('vae_decoder')
  const context: LayerContext = { graph, weights, target }
  const latents = graph.input('latents', 'float32', ['N', config.latentChannels, 'h', 'w'])
  const three = graph.floats([3], [])
  const clamped = graph.node('Mul', [graph.node('Tanh', [graph.node('Div', [latents, three])]), three])
  let x: Features = { value: clamped, channels: config.latentChannels }
  x = relu(context, conv2d(context, 'decoder.layers.0', x, { outChannels: config.decoder[0].channels }))
  let layer = 2
  config.decoder.forEach((level, i) => {
    const last = i === config.decoder.length - 1
    for (let block = 0; block < level.blocks; block++) x = tinyBlock(context, `decoder.layers.${layer++}`, x)
    if (!last) {
      x = { ...x, value: nearestTwice(graph, x.value) }
      layer++
    }
    x = conv2d(context, `decoder.layers.${layer++}`, x, { outChannels: last ? 3 : level.channels, bias: last })
  })
  const image = graph.node('Sub', [graph.node('Mul', [x.value, graph.floats([2], [])]), graph.floats([1], [])])
  graph.output(image, 'image', ['N', 3, 'H', 'W'])
  return graph.finish()
}

/** AutoencoderTinyBlock: three convolutions and a skip. */
function tinyBlock(context: LayerContext, name: string, x: Features): Features {
  const outChannels = x.channels
  const first = relu(context, conv2d(context, `${name}.conv.0`, x, { outChannels }))
  const second = relu(context, conv2d(context, `${name}.conv.2`, first, { outChannels }))
  const third = conv2d(context, `${name}.conv.4`, second, { outChannels })
  return relu(context, { ...third, value: context.graph.node('Add', [third.value, x.value]) })
}

function relu({ graph }: LayerContext, x: Features): Features {
  return { ...x, value: graph.node('Relu', [x.value]) }
}

export const AUTOENCODER_TINY = {
  className: 'AutoencoderTiny',
  weightsName: 'diffusion_pytorch_model',
  readConfig,
  graphs: { encoder: buildEncoder, decoder: buildDecoder },
} satisfies Network<AutoencoderTinyConfig>
