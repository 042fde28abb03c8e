/** UNet2DModel's config.json, read with diffusers' defaults into the levels that the builder walks. */
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { parseConfig, requireNeutral, unsupported } from './component-config.ts'
import type { RawConfig } from './network.ts'

export interface UNet2dLevel {
  readonly channels: number
  readonly attention: boolean
}

export interface UNet2dConfig {
  readonly inChannels: number
  readonly outChannels: number
  readonly widthPx: number
  readonly heightPx: number
  /** From the finest to the coarsest. */
  readonly levels: readonly UNet2dLevel[]
  /** From the coarsest to the finest. */
  readonly upLevels: readonly UNet2dLevel[]
  /** Resnets of a level on the way down; the way up has one more. */
  readonly layers: number
  readonly midBlock: 'attention' | 'plain' | 'none'
  /** Width of an attention head; undefined: one head of all channels. */
  readonly headFeatures: number | undefined
  readonly groups: number
  readonly midAttentionGroups: number
  readonly epsilon: number
  readonly timeEmbedDim: number
  readonly flipSinToCos: boolean
  readonly freqShift: number
  readonly downsamplePadding: number
  readonly centerInput: boolean
}

const size = z.int().positive().max(65536)
const MAX_LEVELS = 16

const Schema = z.object({
  sample_size: z.union([size, z.array(size).length(2)]),
  in_channels: size.default(3),
  out_channels: size.default(3),
  center_input_sample: z.boolean().default(false),
  freq_shift: z.number().default(0),
  flip_sin_to_cos: z.boolean().default(true),
  down_block_types: z
    .array(z.string())
    .min(1)
    .max(MAX_LEVELS)
    .default(['DownBlock2D', 'AttnDownBlock2D', 'AttnDownBlock2D', 'AttnDownBlock2D']),
  mid_block_type: z.string().nullable().default('UNetMidBlock2D'),
  up_block_types: z
    .array(z.string())
    .min(1)
    .max(MAX_LEVELS)
    .default(['AttnUpBlock2D', 'AttnUpBlock2D', 'AttnUpBlock2D', 'UpBlock2D']),
  block_out_channels: z.array(size).min(1).max(MAX_LEVELS).default([224, 448, 672, 896]),
  layers_per_block: z.int().positive().max(128).default(2),
  downsample_padding: z.int().min(0).max(1).default(1),
  attention_head_dim: size.nullable().default(8),
  norm_num_groups: size.default(32),
  attn_norm_num_groups: size.nullish(),
  norm_eps: z.number().positive().default(1e-5),
  add_attention: z.boolean().default(true),
  time_embedding_dim: size.nullish(),
})

const NEUTRAL = {
  act_fn: ['silu', 'swish'],
  time_embedding_type: ['positional'],
  mid_block_scale_factor: [1],
  downsample_type: ['conv'],
  upsample_type: ['conv'],
  resnet_time_scale_shift: ['default'],
  class_embed_type: [],
  num_class_embeds: [],
}

/** @throws {AppError} `architecture-unsupported` or `model-config-invalid`, naming the field */
export function readUNet2dConfig(config: RawConfig, component: string): UNet2dConfig {
  const raw = parseConfig(component, Schema, config)
  requireNeutral(component, config, NEUTRAL)
  const channels = raw.block_out_channels
  if (raw.down_block_types.length !== channels.length || raw.up_block_types.length !== channels.length) {
    throw new AppError(
      'model-config-invalid',
      `${component}/config.json: ${raw.down_block_types.length} down blocks, ${raw.up_block_types.length} up blocks and ${channels.length} block_out_channels; expected as many of each`,
    )
  }
  const headFeatures = raw.attention_head_dim ?? undefined
  for (const each of channels) {
    for (const by of [raw.norm_num_groups, headFeatures ?? 1]) {
      if (each % by === 0) continue
      throw new AppError('model-config-invalid', `${component}/config.json: ${each} channels do not divide by ${by}`)
    }
  }
  const level =
    (kinds: readonly [withAttention: string, plain: string], field: string, widths: readonly number[]) =>
    (type: string, i: number): UNet2dLevel => {
      if (!kinds.includes(type)) throw unsupported(component, field, type)
      return { channels: widths[i], attention: type === kinds[0] }
    }
  const [heightPx, widthPx] = Array.isArray(raw.sample_size) ? raw.sample_size : [raw.sample_size, raw.sample_size]
  const midType = raw.mid_block_type
  if (midType !== null && midType !== 'UNetMidBlock2D') throw unsupported(component, 'mid_block_type', midType)
  return {
    inChannels: raw.in_channels,
    outChannels: raw.out_channels,
    widthPx,
    heightPx,
    levels: raw.down_block_types.map(level(['AttnDownBlock2D', 'DownBlock2D'], 'down_block_types', channels)),
    upLevels: raw.up_block_types.map(level(['AttnUpBlock2D', 'UpBlock2D'], 'up_block_types', [...channels].reverse())),
    layers: raw.layers_per_block,
    midBlock: midType === null ? 'none' : raw.add_attention ? 'attention' : 'plain',
    headFeatures,
    groups: raw.norm_num_groups,
    midAttentionGroups: raw.attn_norm_num_groups ?? raw.norm_num_groups,
    epsilon: raw.norm_eps,
    timeEmbedDim: raw.time_embedding_dim ?? channels[0] * 4,
    flipSinToCos: raw.flip_sin_to_cos,
    freqShift: raw.freq_shift,
    downsamplePadding: raw.downsample_padding,
    centerInput: raw.center_input_sample,
  }
}
