/** AutoencoderKL's config.json, read with diffusers' defaults. */
import { z } from 'zod'
import { parseConfig, requireNeutral, unsupported } from './component-config.ts'

export interface VaeConfig {
  readonly inChannels: number
  readonly outChannels: number
  readonly latentChannels: number
  readonly blockOutChannels: readonly number[]
  readonly layersPerBlock: number
  readonly groups: number
  /** Latents are divided by this before decoding, multiplied after encoding. */
  readonly scalingFactor: number
  readonly shiftFactor: number
  readonly useQuantConv: boolean
  readonly usePostQuantConv: boolean
  readonly midBlockAttention: boolean
  /** Pixels per latent along an edge: 2^(levels − 1). */
  readonly scaleFactor: number
}

const size = z.int().positive().max(65536)

const Schema = z.object({
  in_channels: size.default(3),
  out_channels: size.default(3),
  down_block_types: z.array(z.string()).min(1).default(['DownEncoderBlock2D']),
  up_block_types: z.array(z.string()).min(1).default(['UpDecoderBlock2D']),
  block_out_channels: z.array(size).min(1).max(10).default([64]),
  layers_per_block: size.default(1),
  latent_channels: size.default(4),
  norm_num_groups: size.default(32),
  scaling_factor: z.number().positive().default(0.18215),
  shift_factor: z.number().nullish(),
  use_quant_conv: z.boolean().default(true),
  use_post_quant_conv: z.boolean().default(true),
  mid_block_add_attention: z.boolean().default(true),
})

/** @throws {AppError} `architecture-unsupported` or `model-config-invalid`, naming the field */
export function readVaeConfig(config: Readonly<Record<string, unknown>>): VaeConfig {
  const raw = parseConfig('vae', Schema, config)
  requireNeutral('vae', config, { act_fn: ['silu', 'swish'], latents_mean: [], latents_std: [] })
  if (raw.in_channels !== 3) throw unsupported('vae', 'in_channels', raw.in_channels)
  if (raw.out_channels !== 3) throw unsupported('vae', 'out_channels', raw.out_channels)
  for (const [field, types, known] of [
    ['down_block_types', raw.down_block_types, 'DownEncoderBlock2D'],
    ['up_block_types', raw.up_block_types, 'UpDecoderBlock2D'],
  ] as const) {
    const other = types.find((type) => type !== known)
    if (other !== undefined) throw unsupported('vae', field, other)
    if (types.length !== raw.block_out_channels.length) throw unsupported('vae', field, types)
  }
  return {
    inChannels: raw.in_channels,
    outChannels: raw.out_channels,
    latentChannels: raw.latent_channels,
    blockOutChannels: raw.block_out_channels,
    layersPerBlock: raw.layers_per_block,
    groups: raw.norm_num_groups,
    scalingFactor: raw.scaling_factor,
    shiftFactor: raw.shift_factor ?? 0,
    useQuantConv: raw.use_quant_conv,
    usePostQuantConv: raw.use_post_quant_conv,
    midBlockAttention: raw.mid_block_add_attention,
    scaleFactor: 2 ** (raw.block_out_channels.length - 1),
  }
}
