/** AutoencoderKL's config.json, read with diffusers' defaults. */
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { parseConfig, requireNeutral, unsupported } from './component-config.ts'
import type { RawConfig } from './network.ts'

export interface AutoencoderKlConfig {
  readonly inChannels: number
  readonly outChannels: number
  readonly latentChannels: number
  readonly blockOutChannels: readonly number[]
  readonly layersPerBlock: number
  readonly groups: number
  /** Latents are divided by this before decoding, multiplied after encoding. */
  readonly scalingFactor: number
  readonly shiftFactor: number
  /** Of each latent channel, where the encoder's scale is not one number; undefined: mean 0, deviation 1. */
  readonly latentStatistics: { readonly mean: readonly number[]; readonly deviation: readonly number[] } | undefined
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
  layers_per_block: z.int().positive().max(64).default(1),
  latent_channels: size.default(4),
  norm_num_groups: size.default(32),
  scaling_factor: z.number().positive().default(0.18215),
  shift_factor: z.number().nullish(),
  latents_mean: z.array(z.number()).max(1024).nullish(),
  latents_std: z.array(z.number().positive()).max(1024).nullish(),
  use_quant_conv: z.boolean().default(true),
  use_post_quant_conv: z.boolean().default(true),
  mid_block_add_attention: z.boolean().default(true),
})

/** @throws {AppError} `architecture-unsupported` or `model-config-invalid`, naming the field */
export function readAutoencoderKlConfig(config: RawConfig, component = 'vae'): AutoencoderKlConfig {
  const raw = parseConfig(component, Schema, config)
  requireNeutral(component, config, { act_fn: ['silu', 'swish'] })
  if (raw.in_channels !== 3) throw unsupported(component, 'in_channels', raw.in_channels)
  if (raw.out_channels !== 3) throw unsupported(component, 'out_channels', raw.out_channels)
  for (const [field, types, known] of [
    ['down_block_types', raw.down_block_types, 'DownEncoderBlock2D'],
    ['up_block_types', raw.up_block_types, 'UpDecoderBlock2D'],
  ] as const) {
    const other = types.find((type) => type !== known)
    if (other !== undefined) throw unsupported(component, field, other)
    if (types.length !== raw.block_out_channels.length) throw unsupported(component, field, types)
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
    latentStatistics: latentStatistics(raw, component),
    useQuantConv: raw.use_quant_conv,
    usePostQuantConv: raw.use_post_quant_conv,
    midBlockAttention: raw.mid_block_add_attention,
    scaleFactor: 2 ** (raw.block_out_channels.length - 1),
  }
}

function latentStatistics(raw: z.infer<typeof Schema>, component: string): AutoencoderKlConfig['latentStatistics'] {
  const { latents_mean: mean, latents_std: deviation, latent_channels: channels } = raw
  // as diffusers: both or neither count
  if (!mean || !deviation) return undefined
  if (mean.length === channels && deviation.length === channels) return { mean, deviation }
  throw new AppError(
    'model-config-invalid',
    `${component}/config.json: latents_mean and latents_std need ${channels} entries each, one for each latent channel`,
  )
}
