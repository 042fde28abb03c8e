/**
 * What all families have in common whose UNet2DConditionModel works on an autoencoder's latents: they differ in how prompts
 * become conditions.
 */
import { UNET_2D_CONDITION } from '#engine/networks/unet-2d-condition.ts'
import type { Architecture, BoundModel, Components, Conditioner, LatentSpace } from './architecture.ts'
import { autoencoderCodec, autoencoderSizes } from './autoencoder-codec.ts'
import { conditionUNet } from './condition-unet.ts'
import { conditionUNetMemory } from './working-memory.ts'

export function latentDiffusion(
  conditioner: (model: BoundModel) => Conditioner,
): Pick<Architecture, 'latents' | 'memory' | 'bind'> {
  return {
    latents: latentSpace,
    memory: (components) => conditionUNetMemory(components, autoencoderSizes(components)),
    bind: (model) => ({
      conditioner: conditioner(model),
      codec: autoencoderCodec(model),
      embedsGuidance: model.components.get('unet', UNET_2D_CONDITION).guidanceEmbedDim !== undefined,
      denoiser: (settings) => conditionUNet(model, settings),
    }),
  }
}

function latentSpace(components: Components): LatentSpace {
  const { sampleSize } = components.get('unet', UNET_2D_CONDITION)
  const { latentChannels, scaleFactor } = autoencoderSizes(components)
  const edge = sampleSize * scaleFactor
  return {
    channels: latentChannels,
    pixelsPerLatent: scaleFactor,
    sizeMultiplePx: scaleFactor,
    widthPx: edge,
    heightPx: edge,
  }
}
