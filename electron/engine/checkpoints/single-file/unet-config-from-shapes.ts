/**
 * UNet2DConditionModel's config.json for a single file, with every size out of the shapes of its tensors. What shapes
 * cannot tell (heads, groups) is that of the family: SD 1 has 8 heads on every level, later ones have 64 channels a head.
 */
import { AppError } from '#shared/errors.ts'
import type { TensorEntry } from '#engine/weights/weights.ts'
import type { Family } from './family.ts'
import type { UNetLayout } from './unet-keys.ts'

const SD1_HEADS = 8
const CHANNELS_PER_HEAD = 64
/** SDXL embeds three sizes of two numbers each; its refiner two and a score. */
const ADDED_NUMBERS = { 'stable-diffusion-xl': 6, 'stable-diffusion-xl-refiner': 5 } as const
const DEFAULT_ADDED_EMBED_DIM = 256
/** More than any UNet has; bounds what a hostile header can ask for. */
const MAX_LEVELS = 16
const MAX_DEPTH = 128

export interface UNetShapes {
  /** By diffusers' names. */
  readonly tensors: ReadonlyMap<string, TensorEntry>
  readonly layout: UNetLayout
  readonly family: Family
  /** Edge of the latents it was trained on. */
  readonly sampleSize: number
  /** Of the text encoder that gives the pooled prompt, if the file has it. */
  readonly pooledFeatures: number | undefined
}

/** @throws {AppError} `architecture-unsupported` naming what no config can say, `tensor-missing` */
export function unetConfigFromShapes(unet: UNetShapes): Record<string, unknown> {
  const { tensors, layout, family } = unet
  const levelCount = layout.down.length
  if (levelCount > MAX_LEVELS || layout.up.length !== levelCount) {
    throw unusual(`it has ${levelCount} levels on the way down and ${layout.up.length} on the way up`)
  }
  const size = (name: string, axis: number): number => shapeOf(tensors, name)[axis] ?? 0
  const channels = layout.down.map((_, level) => size(`down_blocks.${level}.resnets.0.conv2.weight`, 0))
  const layers = layout.down.map(({ length }) => length)
  for (const [up, attentions] of layout.up.entries()) {
    const expected = layers[levelCount - 1 - up] + 1
    if (attentions.length !== expected)
      throw unusual(`up level ${up} has ${attentions.length} resnets, not ${expected}`)
  }
  const depths = countDepths(tensors.keys())
  const down = layout.down.map((flags, level) => depthOf(flags, `down_blocks.${level}`, depths))
  const up = layout.up.map((flags, level) => depthOf(flags, `up_blocks.${level}`, depths))
  const midDepth = depths.get('mid_block.attentions.0')
  const readsText = [...tensors.values()].find(({ name }) => name.endsWith('.attn2.to_k.weight'))
  const transformer = [...tensors.values()].find(({ name }) => name.endsWith('.proj_in.weight'))
  return {
    _class_name: 'UNet2DConditionModel',
    act_fn: 'silu',
    attention_head_dim: headCounts(family, channels),
    block_out_channels: channels,
    center_input_sample: false,
    conv_in_kernel: size('conv_in.weight', 2),
    conv_out_kernel: size('conv_out.weight', 2),
    cross_attention_dim: readsText?.shape[1] ?? 0,
    down_block_types: down.map((depth) => (depth === 0 ? 'DownBlock2D' : 'CrossAttnDownBlock2D')),
    downsample_padding: 1,
    flip_sin_to_cos: true,
    freq_shift: 0,
    in_channels: size('conv_in.weight', 1),
    layers_per_block: oneOrEach(layers),
    mid_block_type: middleType(tensors, midDepth),
    norm_eps: 1e-5,
    norm_num_groups: 32,
    out_channels: size('conv_out.weight', 0),
    sample_size: unet.sampleSize,
    time_embedding_dim: size('time_embedding.linear_1.weight', 0),
    up_block_types: up.map((depth) => (depth === 0 ? 'UpBlock2D' : 'CrossAttnUpBlock2D')),
    use_linear_projection: transformer?.shape.length === 2,
    ...transformerLayers(down, up, midDepth),
    ...conditions(unet),
  }
}

function shapeOf(tensors: ReadonlyMap<string, TensorEntry>, name: string): readonly number[] {
  const entry = tensors.get(name)
  if (entry !== undefined) return entry.shape
  throw new AppError('tensor-missing', `unet: its weights have no tensor ${name}`, {
    data: { component: 'unet', tensor: name },
  })
}

/** Transformer blocks of each attention: 'mid_block.attentions.0' → 10. */
function countDepths(names: Iterable<string>): Map<string, number> {
  const depths = new Map<string, number>()
  for (const name of names) {
    const match = /^((?:(?:down|up)_blocks\.\d+|mid_block)\.attentions\.\d+)\.transformer_blocks\.(\d{1,4})\./.exec(
      name,
    )
    if (match === null) continue
    const depth = Number(match[2]) + 1
    if (depth > MAX_DEPTH) throw unusual(`${match[1]} has more than ${MAX_DEPTH} transformer blocks`)
    depths.set(match[1], Math.max(depths.get(match[1]) ?? 0, depth))
  }
  return depths
}

/** One depth for the level, or one for each of its resnets; 0 if nothing in it looks at the text. */
function depthOf(flags: readonly boolean[], block: string, depths: ReadonlyMap<string, number>): number | number[] {
  if (!flags.includes(true)) return 0
  if (flags.includes(false)) throw unusual(`only some resnets of ${block} have attention`)
  return oneOrEach(flags.map((_, i) => depths.get(`${block}.attentions.${i}`) ?? 0))
}

/**
 * diffusers takes the depth of the middle block from the last level on the way down, and those of the way up, where it
 * is not told others, from the way down.
 */
function transformerLayers(
  down: readonly (number | number[])[],
  up: readonly (number | number[])[],
  midDepth: number | undefined,
): Record<string, unknown> {
  const last = down.length - 1
  if (midDepth !== undefined && down[last] !== 0 && firstOf(down[last]) !== midDepth) {
    throw unusual(`its middle block has ${midDepth} transformer blocks, its last level ${JSON.stringify(down[last])}`)
  }
  // of a level without attention the number counts for nothing, but has to be one
  const layers = down.map((depth, level) => (depth === 0 ? (level === last ? (midDepth ?? 1) : 1) : depth))
  const isMirrored = up.every((depth, level) => depth === 0 || depth === layers[last - level])
  return {
    transformer_layers_per_block: oneOrEach(layers),
    ...(isMirrored ? {} : { reverse_transformer_layers_per_block: up.map((depth) => (depth === 0 ? 1 : depth)) }),
  }
}

function firstOf(depth: number | readonly number[]): number {
  return typeof depth === 'number' ? depth : depth[0]
}

function middleType(tensors: ReadonlyMap<string, TensorEntry>, midDepth: number | undefined): string | null {
  if (midDepth !== undefined) return 'UNetMidBlock2DCrossAttn'
  if (tensors.has('mid_block.resnets.1.conv1.weight'))
    throw unusual('its middle block has two resnets and no attention')
  return tensors.has('mid_block.resnets.0.conv1.weight') ? 'UNetMidBlock2D' : null
}

/** The field is called attention_head_dim, but has always held the number of heads. */
function headCounts(family: Family, channels: readonly number[]): number | number[] {
  if (family === 'stable-diffusion-1') return SD1_HEADS
  return channels.map((count) => Math.max(1, Math.floor(count / CHANNELS_PER_HEAD)))
}

/** What the UNet is told besides the time and the text. */
function conditions({ tensors, family, pooledFeatures }: UNetShapes): Record<string, unknown> {
  const guidance = tensors.get('time_embedding.cond_proj.weight')?.shape[1]
  const added = tensors.get('add_embedding.linear_1.weight')?.shape[1]
  const labels = tensors.get('class_embedding.linear_1.weight')?.shape[1]
  return {
    ...(guidance === undefined ? {} : { time_cond_proj_dim: guidance }),
    ...(labels === undefined ? {} : { class_embed_type: 'projection', projection_class_embeddings_input_dim: labels }),
    ...(added === undefined
      ? {}
      : {
          addition_embed_type: 'text_time',
          addition_time_embed_dim: addedEmbedDim(family, added, pooledFeatures),
          projection_class_embeddings_input_dim: added,
        }),
  }
}

function addedEmbedDim(family: Family, features: number, pooledFeatures: number | undefined): number {
  const numbers =
    family === 'stable-diffusion-xl-refiner' ? ADDED_NUMBERS[family] : ADDED_NUMBERS['stable-diffusion-xl']
  const each = pooledFeatures === undefined ? DEFAULT_ADDED_EMBED_DIM : (features - pooledFeatures) / numbers
  return Number.isInteger(each) && each > 0 ? each : DEFAULT_ADDED_EMBED_DIM
}

function oneOrEach<T>(values: readonly T[]): T | T[] {
  return values.every((value) => value === values[0] && typeof value !== 'object') ? values[0] : [...values]
}

function unusual(what: string): AppError {
  return new AppError('architecture-unsupported', `unet: ${what}; no network of Reprise is built like that`, {
    data: { component: 'unet' },
  })
}
