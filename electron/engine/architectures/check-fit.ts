/** The components of a model must agree on the shapes that pass between them. */
import { AppError } from '#shared/errors.ts'
import { UNET_2D_CONDITION } from '#engine/networks/unet-2d-condition.ts'
import type { Components } from './architecture.ts'
import { autoencoderSizes } from './autoencoder-codec.ts'

/** @throws {AppError} `architecture-unsupported` */
export function checkLatents(components: Components): void {
  const unet = components.get('unet', UNET_2D_CONDITION)
  const { latentChannels } = autoencoderSizes(components)
  if (unet.inChannels === latentChannels && unet.outChannels === latentChannels) return
  throw new AppError(
    'architecture-unsupported',
    `the UNet takes ${unet.inChannels} and gives ${unet.outChannels} channels, the VAE has ${latentChannels}; inpainting and other conditioned UNets are not supported`,
  )
}

/** @throws {AppError} `model-config-invalid` */
export function checkContext(components: Components, promptFeatures: number): void {
  const { contextFeatures } = components.get('unet', UNET_2D_CONDITION)
  if (contextFeatures === promptFeatures) return
  throw new AppError(
    'model-config-invalid',
    `the UNet attends to ${contextFeatures} features, the text encoder gives ${promptFeatures}: the parts are of different models`,
  )
}

/**
 * @param idCounts how many numbers are embedded beside the pooled prompt; one of these must fit
 * @throws {AppError} `model-config-invalid`
 */
export function checkAddedConditions(
  components: Components,
  pooledFeatures: number,
  ...idCounts: readonly number[]
): void {
  const { added } = components.get('unet', UNET_2D_CONDITION)
  const expected = idCounts.map((count) => pooledFeatures + count * (added?.timeEmbedDim ?? 0))
  if (added !== undefined && expected.includes(added.features)) return
  throw new AppError(
    'model-config-invalid',
    `the UNet takes ${added?.features ?? 'no'} added features, the text encoder's pooled output and the sizes make ${expected.join(' or ')}: the parts are of different models`,
  )
}
