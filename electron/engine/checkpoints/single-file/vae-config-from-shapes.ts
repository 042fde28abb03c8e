/** AutoencoderKL's config.json for a single file, out of the shapes of its tensors; the scale of its latents by family. */
import { AppError } from '#shared/errors.ts'
import type { TensorEntry } from '#engine/weights/weights.ts'
import type { Family } from './family.ts'

const SD_SCALING_FACTOR = 0.18215
const SDXL_SCALING_FACTOR = 0.13025

/**
 * @param tensors by diffusers' names
 * @throws {AppError} `tensor-missing`
 */
export function vaeConfigFromShapes(
  tensors: ReadonlyMap<string, TensorEntry>,
  levels: number,
  family: Family,
  sampleSizePx: number,
): Record<string, unknown> {
  const shape = (name: string): readonly number[] => {
    const entry = tensors.get(name)
    if (entry !== undefined) return entry.shape
    throw new AppError('tensor-missing', `vae: its weights have no tensor ${name}`, {
      data: { component: 'vae', tensor: name },
    })
  }
  // from the finest level on, which is the last of the way up
  const channels = Array.from({ length: levels }, (_, level) => {
    return shape(`decoder.up_blocks.${levels - 1 - level}.resnets.0.conv2.weight`)[0]
  })
  let resnets = 0
  while (tensors.has(`decoder.up_blocks.0.resnets.${resnets}.conv1.weight`)) resnets++
  const isXl = family.startsWith('stable-diffusion-xl')
  return {
    _class_name: 'AutoencoderKL',
    act_fn: 'silu',
    block_out_channels: channels,
    down_block_types: channels.map(() => 'DownEncoderBlock2D'),
    ...(isXl ? { force_upcast: true } : {}),
    in_channels: tensors.get('encoder.conv_in.weight')?.shape[1] ?? shape('decoder.conv_out.weight')[0],
    latent_channels: shape('decoder.conv_in.weight')[1],
    // the way up has one more
    layers_per_block: resnets - 1,
    mid_block_add_attention: tensors.has('decoder.mid_block.attentions.0.to_q.weight'),
    norm_num_groups: 32,
    out_channels: shape('decoder.conv_out.weight')[0],
    sample_size: sampleSizePx,
    scaling_factor: isXl ? SDXL_SCALING_FACTOR : SD_SCALING_FACTOR,
    up_block_types: channels.map(() => 'UpDecoderBlock2D'),
    use_post_quant_conv: tensors.has('post_quant_conv.weight'),
    use_quant_conv: tensors.has('quant_conv.weight'),
  }
}
