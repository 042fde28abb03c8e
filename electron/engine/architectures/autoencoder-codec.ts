/**
 * Latents to pixels and back with a model's `vae`, whichever of the autoencoders it is.
 * Must match what diffusers' pipelines do around `vae.decode` and `vae.encode`.
 */
import type { TorchCpuGenerator } from '#engine/random/torch-generator.ts'
import { AUTOENCODER_KL } from '#engine/networks/autoencoder-kl.ts'
import type { AutoencoderKlConfig } from '#engine/networks/autoencoder-kl-config.ts'
import { AUTOENCODER_TINY } from '#engine/networks/autoencoder-tiny.ts'
import type { Tensor } from '#engine/tensor/tensor.ts'
import { use, type BoundModel, type Components, type LatentCodec } from './architecture.ts'

const { fround } = Math

/** What a `vae` may be. */
export const AUTOENCODERS = [
  use(AUTOENCODER_KL, 'encoder', 'decoder'),
  use(AUTOENCODER_TINY, 'encoder', 'decoder'),
] as const

/** Latent channels, and pixels per latent along an edge. */
export function autoencoderSizes(components: Components): { latentChannels: number; scaleFactor: number } {
  return components.find('vae', AUTOENCODER_KL) ?? components.get('vae', AUTOENCODER_TINY)
}

export function autoencoderCodec(model: BoundModel): LatentCodec {
  const { components } = model
  const kl = components.find('vae', AUTOENCODER_KL)
  const { scalingFactor } = kl ?? components.get('vae', AUTOENCODER_TINY)
  return {
    decode: async (latents) => {
      const data = kl === undefined ? unscaled(latents.data, scalingFactor) : unscaledKl(latents, kl)
      const outputs = await (await model.session('vae', 'decoder')).run({ latents: { shape: latents.shape, data } })
      return outputs.image
    },
    encode: async (image) => {
      const outputs = await (await model.session('vae', 'encoder')).run({ image })
      return kl === undefined ? outputs.latents : outputs.moments
    },
    sample: (encoded, generator) =>
      kl === undefined
        ? encoded.data.map((value) => value * fround(scalingFactor))
        : samplePosterior(encoded, generator, kl),
  }
}

function unscaled(latents: Float32Array, scalingFactor: number): Float32Array {
  const scale = fround(scalingFactor)
  return latents.map((value) => value / scale)
}

function unscaledKl({ shape, data }: Tensor, config: AutoencoderKlConfig): Float32Array {
  const { scalingFactor, shiftFactor, latentStatistics } = config
  const scale = fround(scalingFactor)
  if (latentStatistics === undefined) return data.map((value) => fround(value / scale) + shiftFactor)
  const plane = data.length / (shape[0] * shape[1])
  return data.map((value, i) => {
    const channel = Math.floor(i / plane) % shape[1]
    const spread = fround(value * fround(latentStatistics.deviation[channel]))
    return fround(spread / scale) + fround(latentStatistics.mean[channel])
  })
}

/** Values of log variance outside of this are cut off, as DiagonalGaussianDistribution does. */
const [MIN_LOG_VARIANCE, MAX_LOG_VARIANCE] = [-30, 20]

/**
 * One draw from the posterior, in the denoiser's scale: the generator's first draw, before the noise.
 *
 * @param moments mean, then log variance, [1, 2C, h, w]
 * @returns [C · h · w]
 */
function samplePosterior(moments: Tensor, generator: TorchCpuGenerator, config: AutoencoderKlConfig): Float32Array {
  const { scalingFactor, shiftFactor, latentStatistics, latentChannels } = config
  const count = moments.data.length / 2
  const plane = count / latentChannels
  const noise = generator.randn(count)
  const out = new Float32Array(count)
  const scale = fround(scalingFactor)
  for (let i = 0; i < count; i++) {
    const logVariance = Math.min(Math.max(moments.data[count + i], MIN_LOG_VARIANCE), MAX_LOG_VARIANCE)
    const deviation = fround(Math.exp(fround(0.5 * logVariance)))
    const sample = fround(moments.data[i] + fround(deviation * noise[i]))
    if (latentStatistics === undefined) {
      out[i] = scale * fround(sample - fround(shiftFactor))
      continue
    }
    const channel = Math.floor(i / plane)
    const centred = fround(sample - fround(latentStatistics.mean[channel]))
    out[i] = fround(centred * scale) / fround(latentStatistics.deviation[channel])
  }
  return out
}
