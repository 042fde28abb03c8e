/** Finds every tensor that a component's graphs will ask for and not get, without stopping at the first. */
import { AppError } from '#shared/errors.ts'
import type { Weights } from '#engine/weights/weights.ts'
import { buildVaeDecoder, buildVaeEncoder } from './autoencoder-kl.ts'
import { buildClipText, readClipTextConfig } from './clip-text.ts'
import type { WeightComponentName } from './model-folder.ts'
import { buildUNet } from './unet-2d-condition.ts'
import { readUNetConfig } from './unet-config.ts'
import { readVaeConfig } from './vae-config.ts'

type Config = Readonly<Record<string, unknown>>

const BUILD: Record<WeightComponentName, (config: Config, weights: Weights) => void> = {
  text_encoder: (config, weights) => {
    buildClipText(readClipTextConfig(config), weights)
  },
  unet: (config, weights) => {
    buildUNet(readUNetConfig(config), weights)
  },
  vae: (config, weights) => {
    buildVaeEncoder(readVaeConfig(config), weights)
    buildVaeDecoder(readVaeConfig(config), weights)
  },
}

/**
 * @returns one error per tensor that is missing, of another shape or of a dtype that is not read
 * @throws {AppError} `architecture-unsupported` or `model-config-invalid` if the config allows no graph at all
 */
export function checkTensors(component: WeightComponentName, config: Config, weights: Weights): AppError[] {
  const found = new Map<string, AppError>()
  BUILD[component](config, {
    component,
    files: weights.files,
    names: () => weights.names(),
    has: (name) => weights.has(name),
    get: (name) => weights.get(name),
    require: (name, shape) => {
      try {
        return weights.require(name, shape)
      } catch (error) {
        found.set(name, AppError.from(error))
        // stands in for the tensor, so that the building goes on; nothing is ever read from it
        return { name, dtype: 'F32', shape, file: weights.files[0], offset: 0, byteLength: 0 }
      }
    },
  })
  return [...found.values()]
}
