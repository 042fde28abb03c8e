/**
 * Image-to-image: input files → the latents that denoising starts from.
 * Must match diffusers StableDiffusionImg2ImgPipeline (prepare_latents, and AutoencoderKL's posterior); proven by
 * test/integration/pipelines.test.ts.
 */
import { AppError, quoted } from '#shared/errors.ts'
import { loadInputImage } from '#engine/image/load-input-image.ts'
import { toModelInput } from '#engine/image/model-pixels.ts'
import { resizeRgb } from '#engine/image/resize-rgb.ts'
import type { TorchCpuGenerator } from '#engine/random/torch-generator.ts'
import type { Tensor } from '#engine/tensor/tensor.ts'
import type { LoadedModel } from './loaded-model.ts'
import { requireFinite } from './require-finite.ts'
import type { ResolvedSettings } from './resolve-settings.ts'

/** One input file: looked at before anything is computed, decoded when its turn comes. */
export interface InputImage {
  readonly path: string
  /** sha256 of the file, hex. */
  readonly fileHash: string
  /** The size that it is brought to. */
  readonly widthPx: number
  readonly heightPx: number
}

/**
 * Reads every input once, so that a bad one is named before the work begins, and settles its size: the one asked
 * for, or its own, rounded down to what the model takes.
 * @throws {AppError} what loadInputImage throws; `size-not-divisible` if an input is smaller than one latent
 */
export async function openInputImage(path: string, settings: ResolvedSettings, factor: number): Promise<InputImage> {
  const image = await loadInputImage(path)
  const widthPx = settings.widthPx ?? image.widthPx - (image.widthPx % factor)
  const heightPx = settings.heightPx ?? image.heightPx - (image.heightPx % factor)
  if (widthPx === 0 || heightPx === 0) {
    throw new AppError(
      'size-not-divisible',
      `the input image is ${image.widthPx} × ${image.heightPx}; this model needs at least ${factor} × ${factor}`,
    )
  }
  return { path, fileHash: image.fileHash, widthPx, heightPx }
}

/** @returns the posterior's mean and log variance, [1, 2C, h, w] */
export async function encodeInputImage(
  model: LoadedModel,
  input: InputImage,
  settings: ResolvedSettings,
): Promise<Tensor> {
  const image = await loadInputImage(input.path)
  if (image.fileHash !== input.fileHash) {
    throw new AppError('image-invalid', `the input image ${quoted(input.path)} changed while it was in use`)
  }
  const { widthPx, heightPx } = input
  const data = toModelInput(resizeRgb(image, widthPx, heightPx, resizeModeOf(settings)))
  const session = await model.session('vaeEncoder')
  const moments = await session.run({ image: { shape: [1, 3, heightPx, widthPx], data } })
  requireFinite(moments.data, 'the encoded input image')
  return moments
}

/** Without a size asked for, an input only loses the few pixels that do not divide; diffusers stretches over those. */
export function resizeModeOf(settings: ResolvedSettings): NonNullable<ResolvedSettings['resizeMode']> {
  const sized = settings.widthPx !== undefined || settings.heightPx !== undefined
  return settings.resizeMode ?? (sized ? 'crop' : 'stretch')
}

/** Values of log variance outside of this are cut off, as DiagonalGaussianDistribution does. */
const [MIN_LOG_VARIANCE, MAX_LOG_VARIANCE] = [-30, 20]

/**
 * One draw from the posterior, in the UNet's scale: the generator's first draw, before the noise.
 * @param moments [1, 2C, h, w]
 * @returns [C · h · w]
 */
export function samplePosterior(
  moments: Tensor,
  generator: TorchCpuGenerator,
  { scalingFactor, shiftFactor }: { scalingFactor: number; shiftFactor: number },
): Float32Array {
  const { fround } = Math
  const count = moments.data.length / 2
  const noise = generator.randn(count)
  const out = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const logVariance = Math.min(Math.max(moments.data[count + i], MIN_LOG_VARIANCE), MAX_LOG_VARIANCE)
    const deviation = fround(Math.exp(fround(0.5 * logVariance)))
    const sample = fround(moments.data[i] + fround(deviation * noise[i]))
    out[i] = fround(scalingFactor) * fround(sample - fround(shiftFactor))
  }
  return out
}
