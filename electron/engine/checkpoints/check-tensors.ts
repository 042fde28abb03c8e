/**
 * Finds every tensor that a component's graphs will ask for and not get, without stopping at the first. What was
 * understood of it on the way comes along.
 */
import { AppError } from '#shared/errors.ts'
import type { OnnxGraph } from '#engine/onnx/graph-builder.ts'
import type { Weights } from '#engine/weights/weights.ts'
import { buildVaeDecoder, buildVaeEncoder } from './autoencoder-kl.ts'
import type { ReadConfigs } from './check-fit.ts'
import { buildClipText, readClipTextConfig } from './clip-text.ts'
import type { ProfiledModel } from './memory-profile.ts'
import type { WeightComponentName } from './model-folder.ts'
import { buildUNet } from './unet-2d-condition.ts'
import { readUNetConfig } from './unet-config.ts'
import { readVaeConfig } from './vae-config.ts'

type Config = Readonly<Record<string, unknown>>

/** Of one component, or of several. */
export interface Understood extends Partial<ReadConfigs> {
  readonly graphs: { readonly [Name in keyof ProfiledModel['graphs']]?: OnnxGraph }
}

const BUILD: Record<WeightComponentName, (config: Config, weights: Weights) => Understood> = {
  text_encoder: (config, weights) => {
    const text = readClipTextConfig(config)
    return { text, graphs: { textEncoder: buildClipText(text, weights) } }
  },
  unet: (config, weights) => {
    const unet = readUNetConfig(config)
    return { unet, graphs: { unet: buildUNet(unet, weights) } }
  },
  vae: (config, weights) => {
    const vae = readVaeConfig(config)
    return { vae, graphs: { vaeEncoder: buildVaeEncoder(vae, weights), vaeDecoder: buildVaeDecoder(vae, weights) } }
  },
}

/**
 * @returns `problems`: one error per tensor that is missing, of another shape or of a dtype that is not read
 * @throws {AppError} `architecture-unsupported` or `model-config-invalid` if the config allows no graph at all
 */
export function checkTensors(
  component: WeightComponentName,
  config: Config,
  weights: Weights,
): { problems: AppError[]; understood: Understood } {
  const found = new Map<string, AppError>()
  const understood = BUILD[component](config, {
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
  return { problems: [...found.values()], understood }
}
