import { describe, expect, it } from 'vitest'
import { readUNetConfig } from './unet-2d-condition-config.ts'

const SD15 = {
  block_out_channels: [320, 640, 1280, 1280],
  cross_attention_dim: 768,
  attention_head_dim: 8,
  sample_size: 64,
}

describe('readUNetConfig', () => {
  it('fills in what the SD 1.5 config leaves to diffusers', () => {
    const config = readUNetConfig(SD15)
    expect(config.levels.map((level) => level.crossAttention)).toEqual([true, true, true, false])
    expect(config.upLevels.map((level) => level.channels)).toEqual([1280, 1280, 640, 320])
    expect(config).toMatchObject({ groups: 32, timeEmbedDim: 1280, midBlock: 'cross-attention', contextFeatures: 768 })
  })

  it('takes heads per level, as SD 2.x has them, on the way down and up', () => {
    const config = readUNetConfig({ ...SD15, attention_head_dim: [5, 10, 20, 20] })
    expect(config.levels.map((level) => level.heads)).toEqual([5, 10, 20, 20])
    expect(config.upLevels.map((level) => level.heads)).toEqual([20, 20, 10, 5])
  })

  it.each([
    ['addition_embed_type', 'image'],
    ['class_embed_type', 'timestep'],
    ['dual_cross_attention', true],
    ['only_cross_attention', [true, true, true, false]],
    ['resnet_time_scale_shift', 'scale_shift'],
    ['act_fn', 'gelu'],
    ['mid_block_type', 'UNetMidBlock2DSimpleCrossAttn'],
    ['down_block_types', ['AttnDownBlock2D', 'DownBlock2D', 'DownBlock2D', 'DownBlock2D']],
  ])('refuses %s = %j by name', (field, value) => {
    expect(() => readUNetConfig({ ...SD15, [field]: value })).toThrow(
      expect.objectContaining({ code: 'architecture-unsupported', message: expect.stringContaining(field) as string }),
    )
  })

  it.each([
    ['block_out_channels', [320, -1, 1280, 1280]],
    ['block_out_channels', 'many'],
    ['norm_num_groups', 7],
    ['attention_head_dim', [5, 10]],
    ['attention_head_dim', 7],
    ['up_block_types', ['UpBlock2D']],
  ])('refuses %s = %j as invalid', (field, value) => {
    expect(() => readUNetConfig({ ...SD15, [field]: value })).toThrow(
      expect.objectContaining({ code: 'model-config-invalid' }),
    )
  })
})
