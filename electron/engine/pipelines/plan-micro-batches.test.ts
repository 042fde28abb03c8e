import { describe, expect, it } from 'vitest'
import { memoryProfile, type ProfiledModel } from '#engine/models/memory-profile.ts'
import { readUNetConfig } from '#engine/models/unet-config.ts'
import { readVaeConfig } from '#engine/models/vae-config.ts'
import { planMicroBatches, type PlanOptions } from './plan-micro-batches.ts'

/** Weights of 4 GB. */
function profile(vaeChannels: readonly number[], batchDependent = false): PlanOptions['memory'] {
  const graph = { parameterCount: 0.25e9, batchDependent }
  const graphs: ProfiledModel['graphs'] = { textEncoder: graph, unet: graph, vaeEncoder: graph, vaeDecoder: graph }
  const vae = readVaeConfig({
    block_out_channels: vaeChannels,
    down_block_types: Array(4).fill('DownEncoderBlock2D'),
    up_block_types: Array(4).fill('UpDecoderBlock2D'),
  })
  return memoryProfile({ unet: readUNetConfig({ sample_size: 64, cross_attention_dim: 768 }), vae, graphs })
}

const options: PlanOptions = { maxMemoryBytes: 8e9, memory: profile([128, 256, 512, 512]), rowsPerImage: 2 }
const square = (px: number): { widthPx: number; heightPx: number } => ({ widthPx: px, heightPx: px })

describe('planMicroBatches', () => {
  it('keeps the order, uses every item once, and puts no two sizes together', () => {
    const items = [square(512), square(512), square(256), square(512), square(512)]
    expect(planMicroBatches(items, options)).toEqual([[0, 1], [2], [3, 4]])
  })

  it('makes smaller batches of larger images', () => {
    const sizes = (px: number): number[] =>
      planMicroBatches(Array<ReturnType<typeof square>>(6).fill(square(px)), {
        ...options,
        memory: profile([8, 8, 8, 8]),
        maxMemoryBytes: 5.3e9,
      }).map((batch) => batch.length)
    expect(sizes(256)).toEqual([4, 2])
    expect(sizes(640)).toEqual([2, 2, 2])
    expect(sizes(768)).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('runs one at a time where the graph asks for it', () => {
    expect(
      planMicroBatches([square(64), square(64)], { ...options, memory: profile([128, 256, 512, 512], true) }),
    ).toEqual([[0], [1]])
  })

  it('refuses a limit below what one image needs, and says how much it needs', () => {
    expect(() => planMicroBatches([square(512)], { ...options, maxMemoryBytes: 1e9 })).toThrow(
      expect.objectContaining({
        code: 'memory-limit-too-small',
        message: expect.stringMatching(/about \d+ MB, the limit is 1000 MB/) as string,
      }),
    )
  })

  it('refuses what no machine holds, without a limit too', () => {
    expect(() => planMicroBatches([square(1 << 20)], { ...options, maxMemoryBytes: undefined })).toThrow(
      expect.objectContaining({
        code: 'memory-limit-too-small',
        message: expect.stringMatching(/this machine has \d+ MB; make the image smaller/) as string,
      }),
    )
  })
})
