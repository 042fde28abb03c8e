/**
 * Models without a prompt that work on pixels: UNet2DModel, as google/ddpm-cifar10-32.
 * Must match diffusers' DDPMPipeline and DDIMPipeline; proven by test/integration/pipelines.test.ts.
 */
import { AppError } from '#shared/errors.ts'
import { sinusoidalEmbedding } from '#engine/networks/sinusoidal-embedding.ts'
import { UNET_2D } from '#engine/networks/unet-2d.ts'
import { use, type Architecture, type BoundModel, type Denoiser, type LatentCodec } from './architecture.ts'
import { unetBytesPerLatent } from './working-memory.ts'

export const UNCONDITIONAL: Architecture = {
  name: 'unconditional',
  pipelines: ['DDPMPipeline', 'DDIMPipeline'],
  components: { unet: [use(UNET_2D, 'unet')] },
  tokenizers: [],
  indexFields: [],
  correctsScheduler: false,
  // DDIMPipeline's; DDPMPipeline takes 1000 steps
  defaults: { numInferenceSteps: 50, guidanceScale: 1, strength: 0.8 },
  title: () => 'Unconditional diffusion',
  checkFit(components) {
    const { inChannels, outChannels } = components.get('unet', UNET_2D)
    if (inChannels === 3 && outChannels === 3) return
    throw new AppError(
      'architecture-unsupported',
      `the UNet takes ${inChannels} and gives ${outChannels} channels; without an autoencoder it must be 3, the colours of an image`,
    )
  },
  latents(components) {
    const { widthPx, heightPx, inChannels, levels } = components.get('unet', UNET_2D)
    // what is halved on the way down must double to the same on the way up
    return { channels: inChannels, pixelsPerLatent: 1, sizeMultiplePx: 2 ** (levels.length - 1), widthPx, heightPx }
  },
  memory(components) {
    const { levels, layers } = components.get('unet', UNET_2D)
    return {
      unetBytesPerPixel: unetBytesPerLatent(levels.map(({ channels }) => ({ channels, layers }))),
      decoderBytesPerPixel: 0,
    }
  },
  bind: (model) => ({
    conditioner: undefined,
    codec: PIXELS,
    embedsGuidance: false,
    denoiser: () => denoiser(model),
  }),
}

/** What the denoiser works on are pixels already, in −1..1. */
const PIXELS: LatentCodec = {
  decode: (pixels) => Promise.resolve(pixels),
  encode: (image) => Promise.resolve(image),
  sample: ({ data }) => data,
}

function denoiser(model: BoundModel): Denoiser {
  const config = model.components.get('unet', UNET_2D)
  return {
    async predict(sample, timestep) {
      const projection = sinusoidalEmbedding(timestep, config.levels[0].channels, config)
      const session = await model.session('unet', 'unet')
      const outputs = await session.run({
        sample,
        time_projection: { shape: [1, projection.length], data: projection },
      })
      return outputs.out
    },
  }
}
