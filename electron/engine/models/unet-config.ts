/** UNet2DConditionModel's config.json, read with diffusers' defaults into the levels that the builder walks. */
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { parseConfig, perLevel, requireNeutral, unsupported } from './component-config.ts'

/** One resolution of the UNet. */
export interface UNetLevel {
  readonly channels: number
  /** Resnets on the way down; the way up has one more. */
  readonly layers: number
  readonly crossAttention: boolean
  readonly heads: number
  readonly transformerDepth: number
  readonly contextFeatures: number
}

export interface UNetConfig {
  readonly inChannels: number
  readonly outChannels: number
  /** From the finest to the coarsest, as the way down sees them. */
  readonly levels: readonly UNetLevel[]
  /** From the coarsest to the finest, as the way up sees them. */
  readonly upLevels: readonly UNetLevel[]
  readonly midBlock: 'cross-attention' | 'plain' | 'none'
  readonly groups: number
  readonly epsilon: number
  readonly timeEmbedDim: number
  readonly flipSinToCos: boolean
  readonly freqShift: number
  readonly downsamplePadding: number
  readonly convInKernel: number
  readonly convOutKernel: number
  /** Edge of the square latents it was trained on. */
  readonly sampleSize: number
  /** Width of the prompt embeddings it attends to. */
  readonly contextFeatures: number
}

const size = z.int().positive().max(65536)
const sizes = z.union([size, z.array(size).min(1)])

const Schema = z.object({
  sample_size: z.union([size, z.array(size).length(2)]).nullish(),
  in_channels: size.default(4),
  out_channels: size.default(4),
  flip_sin_to_cos: z.boolean().default(true),
  freq_shift: z.number().default(0),
  down_block_types: z
    .array(z.string())
    .min(1)
    .default(['CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'DownBlock2D']),
  mid_block_type: z.string().nullable().default('UNetMidBlock2DCrossAttn'),
  up_block_types: z
    .array(z.string())
    .min(1)
    .default(['UpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D']),
  block_out_channels: z.array(size).min(1).default([320, 640, 1280, 1280]),
  layers_per_block: sizes.default(2),
  downsample_padding: z.int().min(0).max(1).default(1),
  norm_num_groups: size.default(32),
  norm_eps: z.number().positive().default(1e-5),
  cross_attention_dim: sizes.default(1280),
  transformer_layers_per_block: sizes.default(1),
  attention_head_dim: sizes.default(8),
  num_attention_heads: sizes.nullish(),
  time_embedding_dim: size.nullish(),
  conv_in_kernel: size.default(3),
  conv_out_kernel: size.default(3),
})

const NEUTRAL = {
  act_fn: ['silu', 'swish'],
  center_input_sample: [false],
  only_cross_attention: [false],
  dual_cross_attention: [false],
  mid_block_scale_factor: [1],
  resnet_time_scale_shift: ['default'],
  resnet_skip_time_act: [false],
  resnet_out_scale_factor: [1],
  time_embedding_type: ['positional'],
  attention_type: ['default'],
  class_embeddings_concat: [false],
  reverse_transformer_layers_per_block: [],
  encoder_hid_dim: [],
  encoder_hid_dim_type: [],
  class_embed_type: [],
  num_class_embeds: [],
  addition_embed_type: [],
  time_embedding_act_fn: [],
  timestep_post_act: [],
  time_cond_proj_dim: [],
  cross_attention_norm: [],
  mid_block_only_cross_attention: [false],
}

const MID_BLOCKS = { UNetMidBlock2DCrossAttn: 'cross-attention', UNetMidBlock2D: 'plain' } as const

/** @throws {AppError} `architecture-unsupported` or `model-config-invalid`, naming the field */
export function readUNetConfig(config: Readonly<Record<string, unknown>>): UNetConfig {
  const component = 'unet'
  const raw = parseConfig(component, Schema, config)
  requireNeutral(component, config, NEUTRAL)
  const count = raw.block_out_channels.length
  if (raw.down_block_types.length !== count || raw.up_block_types.length !== count) {
    throw new AppError(
      'model-config-invalid',
      `unet/config.json: ${raw.down_block_types.length} down blocks, ${raw.up_block_types.length} up blocks and ${count} block_out_channels; expected as many of each`,
    )
  }
  const level = <T>(field: string, value: T | readonly T[]): readonly T[] => perLevel(component, field, value, count)
  const layers = level('layers_per_block', raw.layers_per_block)
  // the field is called attention_head_dim, but has always held the number of heads
  const heads = level('attention_head_dim', raw.num_attention_heads ?? raw.attention_head_dim)
  const depth = level('transformer_layers_per_block', raw.transformer_layers_per_block)
  const context = level('cross_attention_dim', raw.cross_attention_dim)
  if (context.some((features) => features !== context[0])) {
    throw unsupported(component, 'cross_attention_dim', raw.cross_attention_dim)
  }
  const levelWith = (i: number, crossAttention: boolean): UNetLevel => {
    const channels = raw.block_out_channels[i]
    if (crossAttention) requireDivisible('attention heads', channels, heads[i])
    requireDivisible('norm_num_groups', channels, raw.norm_num_groups)
    return {
      channels,
      layers: layers[i],
      crossAttention,
      heads: heads[i],
      transformerDepth: depth[i],
      contextFeatures: context[i],
    }
  }
  const levels = raw.down_block_types.map((type, i) =>
    levelWith(i, blockKind('down_block_types', type, 'CrossAttnDownBlock2D', 'DownBlock2D')),
  )
  const upLevels = raw.up_block_types.map((type, i) =>
    levelWith(count - 1 - i, blockKind('up_block_types', type, 'CrossAttnUpBlock2D', 'UpBlock2D')),
  )
  for (const kernel of [raw.conv_in_kernel, raw.conv_out_kernel]) {
    if (kernel % 2 === 0) throw unsupported(component, 'conv kernel', kernel)
  }
  return {
    inChannels: raw.in_channels,
    outChannels: raw.out_channels,
    levels,
    upLevels,
    midBlock: midBlockKind(raw.mid_block_type),
    groups: raw.norm_num_groups,
    epsilon: raw.norm_eps,
    timeEmbedDim: raw.time_embedding_dim ?? raw.block_out_channels[0] * 4,
    flipSinToCos: raw.flip_sin_to_cos,
    freqShift: raw.freq_shift,
    downsamplePadding: raw.downsample_padding,
    convInKernel: raw.conv_in_kernel,
    convOutKernel: raw.conv_out_kernel,
    sampleSize: Array.isArray(raw.sample_size) ? raw.sample_size[0] : (raw.sample_size ?? 64),
    contextFeatures: context[0],
  }
}

function blockKind(field: string, type: string, withAttention: string, plain: string): boolean {
  if (type !== withAttention && type !== plain) throw unsupported('unet', field, type)
  return type === withAttention
}

function midBlockKind(type: string | null): UNetConfig['midBlock'] {
  if (type === null) return 'none'
  if (!Object.hasOwn(MID_BLOCKS, type)) throw unsupported('unet', 'mid_block_type', type)
  return MID_BLOCKS[type as keyof typeof MID_BLOCKS]
}

function requireDivisible(what: string, channels: number, by: number): void {
  if (channels % by === 0) return
  throw new AppError('model-config-invalid', `unet/config.json: ${channels} channels do not divide by ${by} (${what})`)
}
