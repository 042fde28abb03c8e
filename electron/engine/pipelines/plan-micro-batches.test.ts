import { describe, expect, it } from 'vitest'
import { Components } from '#engine/architectures/architecture.ts'
import { STABLE_DIFFUSION } from '#engine/architectures/stable-diffusion.ts'
import { memoryProfile } from '#engine/checkpoints/memory-profile.ts'
import { AUTOENCODER_KL } from '#engine/networks/autoencoder-kl.ts'
import { UNET_2D_CONDITION } from '#engine/networks/unet-2d-condition.ts'
import { planMicroBatches, type PlanOptions } from './plan-micro-batches.ts'

/** Weights of 4 GB. */
function profile(vaeChannels: readonly number[], batchDependent = false): PlanOptions['memory'] {
  const graph = { parameterCount: 0.25e9, batchDependent }
  const graphs = new Map([
    ['text_encoder', new Map([['last', graph]])],
    ['unet', new Map([['unet', graph]])],
    [
      'vae',
      new Map([
        ['encoder', graph],
        ['decoder', graph],
      ]),
    ],
  ] as const)
  const vae = AUTOENCODER_KL.readConfig({
    block_out_channels: vaeChannels,
    down_block_types: Array(4).fill('DownEncoderBlock2D'),
    up_block_types: Array(4).fill('UpDecoderBlock2D'),
  })
  const unet = UNET_2D_CONDITION.readConfig({ sample_size: 64, cross_attention_dim: 768 })
  const components = new Components(
    new Map([
      ['unet', { network: UNET_2D_CONDITION, config: unet }],
      ['vae', { network: AUTOENCODER_KL, config: vae }],
    ]),
  )
  return memoryProfile(STABLE_DIFFUSION, components, graphs)
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
