/** The components of a model must agree on the shapes that pass between them. */
import { AppError } from '#shared/errors.ts'
import type { ClipTextConfig } from './clip-text.ts'
import type { UNetConfig } from './unet-config.ts'
import type { VaeConfig } from './vae-config.ts'

export interface ReadConfigs {
  readonly text: ClipTextConfig
  readonly unet: UNetConfig
  readonly vae: VaeConfig
}

/** @throws {AppError} `architecture-unsupported`, `model-config-invalid` */
export function checkFit({ unet, vae, text }: ReadConfigs): void {
  if (unet.inChannels !== vae.latentChannels || unet.outChannels !== vae.latentChannels) {
    throw new AppError(
      'architecture-unsupported',
      `the UNet takes ${unet.inChannels} and gives ${unet.outChannels} channels, the VAE has ${vae.latentChannels}; inpainting and other conditioned UNets are not supported`,
    )
  }
  if (unet.contextFeatures !== text.hiddenSize) {
    throw new AppError(
      'model-config-invalid',
      `the UNet attends to ${unet.contextFeatures} features, the text encoder gives ${text.hiddenSize}: the parts are of different models`,
    )
  }
}
