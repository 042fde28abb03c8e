/** UNet2DConditionModel's config.json, read with diffusers' defaults into the levels that the builder walks. */
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { parseConfig, perLevel, requireNeutral, unsupported } from './component-config.ts'
import type { RawConfig } from './network.ts'

/** One resolution of the UNet. */
export interface UNetLevel {
  readonly channels: number
  /** Resnets on the way down; the way up has one more. */
  readonly layers: number
  readonly crossAttention: boolean
  readonly heads: number
  /** Transformer blocks behind each resnet, as many entries as the level has resnets. */
  readonly transformerDepth: readonly number[]
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
  readonly midTransformerDepth: number
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
  /** SDXL's further conditions (`text_time`): pooled prompt and embedded numbers such as sizes; undefined: none. */
  readonly added: { readonly features: number; readonly timeEmbedDim: number } | undefined
  /** Width of the embedded guidance scale that distilled networks take; undefined: none. */
  readonly guidanceEmbedDim: number | undefined
}

const size = z.int().positive().max(65536)
const MAX_LEVELS = 16
/** Resnets of a level, and transformer blocks behind one; the largest known has 10. */
const count = z.int().positive().max(128)
const counts = z.union([count, z.array(count).min(1).max(MAX_LEVELS)])
const sizes = z.union([size, z.array(size).min(1).max(MAX_LEVELS)])
/** One depth for all levels, one for each, or one for each resnet of a level. */
const depth = z.int().min(0).max(128)
const depths = z.union([
  depth,
  z
    .array(z.union([depth, z.array(depth).max(128)]))
    .min(1)
    .max(MAX_LEVELS),
])

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
  block_out_channels: z.array(size).min(1).max(MAX_LEVELS).default([320, 640, 1280, 1280]),
  layers_per_block: counts.default(2),
  downsample_padding: z.int().min(0).max(1).default(1),
  norm_num_groups: size.default(32),
  norm_eps: z.number().positive().default(1e-5),
  cross_attention_dim: sizes.default(1280),
  transformer_layers_per_block: depths.default(1),
  reverse_transformer_layers_per_block: depths.nullish(),
  attention_head_dim: sizes.default(8),
  num_attention_heads: sizes.nullish(),
  time_embedding_dim: size.nullish(),
  time_cond_proj_dim: size.nullish(),
  addition_embed_type: z.string().nullish(),
  addition_time_embed_dim: size.nullish(),
  projection_class_embeddings_input_dim: size.nullish(),
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
  encoder_hid_dim: [],
  encoder_hid_dim_type: [],
  class_embed_type: [],
  num_class_embeds: [],
  time_embedding_act_fn: [],
  timestep_post_act: [],
  cross_attention_norm: [],
  mid_block_only_cross_attention: [false],
}

const MID_BLOCKS = { UNetMidBlock2DCrossAttn: 'cross-attention', UNetMidBlock2D: 'plain' } as const

/**
 * Each count has its own limit, but a file of some bytes could ask for the product of all: SDXL, the largest there is,
 * has 91 blocks.
 */
const MAX_BLOCKS = 2_000

function requireFewBlocks(levels: readonly UNetLevel[]): void {
  const blocks = levels.reduce((sum, { layers, transformerDepth }) => {
    return sum + layers + transformerDepth.reduce((depth, each) => depth + each, 0)
  }, 0)
  if (blocks <= MAX_BLOCKS) return
  throw new AppError(
    'model-config-invalid',
    `unet/config.json: layers_per_block and transformer_layers_per_block make ${blocks} blocks together, more than any model has (${MAX_BLOCKS})`,
  )
}

/** @throws {AppError} `architecture-unsupported` or `model-config-invalid`, naming the field */
export function readUNetConfig(config: RawConfig, component = 'unet'): UNetConfig {
  const raw = parseConfig(component, Schema, config)
  requireNeutral(component, config, NEUTRAL)
  const levelCount = raw.block_out_channels.length
  if (raw.down_block_types.length !== levelCount || raw.up_block_types.length !== levelCount) {
    throw new AppError(
      'model-config-invalid',
      `unet/config.json: ${raw.down_block_types.length} down blocks, ${raw.up_block_types.length} up blocks and ${levelCount} block_out_channels; expected as many of each`,
    )
  }
  const level = <T>(field: string, value: T | readonly T[]): readonly T[] =>
    perLevel(component, field, value, levelCount)
  const layers = level('layers_per_block', raw.layers_per_block)
  // the field is called attention_head_dim, but has always held the number of heads
  const heads = level('attention_head_dim', raw.num_attention_heads ?? raw.attention_head_dim)
  const depthDown = level<number | number[]>('transformer_layers_per_block', raw.transformer_layers_per_block)
  const reverse = raw.reverse_transformer_layers_per_block ?? undefined
  if (reverse === undefined && depthDown.some((each) => Array.isArray(each))) {
    throw new AppError(
      'model-config-invalid',
      'unet/config.json: transformer_layers_per_block differs within a level, so reverse_transformer_layers_per_block is needed',
    )
  }
  const depthUp =
    reverse === undefined
      ? [...depthDown].reverse()
      : level<number | number[]>('reverse_transformer_layers_per_block', reverse)
  const context = level('cross_attention_dim', raw.cross_attention_dim)
  if (context.some((features) => features !== context[0])) {
    throw unsupported(component, 'cross_attention_dim', raw.cross_attention_dim)
  }
  const levelWith = (i: number, crossAttention: boolean, blocks: number | number[], resnets: number): UNetLevel => {
    const channels = raw.block_out_channels[i]
    if (crossAttention) requireDivisible('attention heads', channels, heads[i])
    requireDivisible('norm_num_groups', channels, raw.norm_num_groups)
    return {
      channels,
      layers: layers[i],
      crossAttention,
      heads: heads[i],
      transformerDepth: crossAttention ? perLevel(component, 'transformer_layers_per_block', blocks, resnets) : [],
      contextFeatures: context[i],
    }
  }
  const levels = raw.down_block_types.map((type, i) =>
    levelWith(i, blockKind('down_block_types', type, 'CrossAttnDownBlock2D', 'DownBlock2D'), depthDown[i], layers[i]),
  )
  const upLevels = raw.up_block_types.map((type, up) => {
    const i = levelCount - 1 - up
    const crossAttention = blockKind('up_block_types', type, 'CrossAttnUpBlock2D', 'UpBlock2D')
    return levelWith(i, crossAttention, depthUp[up], layers[i] + 1)
  })
  requireFewBlocks([...levels, ...upLevels])
  for (const kernel of [raw.conv_in_kernel, raw.conv_out_kernel]) {
    if (kernel % 2 === 0) throw unsupported(component, 'conv kernel', kernel)
  }
  return {
    inChannels: raw.in_channels,
    outChannels: raw.out_channels,
    levels,
    upLevels,
    midBlock: midBlockKind(raw.mid_block_type),
    midTransformerDepth: firstOf(depthDown[levelCount - 1]),
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
    added: addedConditions(raw, component),
    guidanceEmbedDim: raw.time_cond_proj_dim ?? undefined,
  }
}

function addedConditions(raw: z.infer<typeof Schema>, component: string): UNetConfig['added'] {
  const type = raw.addition_embed_type ?? undefined
  if (type === undefined) return undefined
  if (type !== 'text_time') throw unsupported(component, 'addition_embed_type', type)
  const { addition_time_embed_dim: timeEmbedDim, projection_class_embeddings_input_dim: features } = raw
  if (timeEmbedDim && timeEmbedDim % 2 === 0 && features) return { features, timeEmbedDim }
  throw new AppError(
    'model-config-invalid',
    `${component}/config.json: addition_embed_type text_time needs an even addition_time_embed_dim and projection_class_embeddings_input_dim`,
  )
}

/** Of a level whose resnets have different depths, as diffusers' middle block reads it. */
function firstOf(depth: number | readonly number[]): number {
  return typeof depth === 'number' ? depth : (depth[0] ?? 1)
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
