/**
 * Image-to-image: input files → what the latents that denoising starts from are drawn from.
 * Must match diffusers StableDiffusionImg2ImgPipeline (prepare_latents); proven by test/integration/pipelines.test.ts.
 */
import { AppError, quoted } from '#shared/errors.ts'
import { loadInputImage } from '#engine/image/load-input-image.ts'
import { toModelInput } from '#engine/image/model-pixels.ts'
import { resizeRgb } from '#engine/image/resize-rgb.ts'
import type { LatentCodec } from '#engine/architectures/architecture.ts'
import { requireFinite } from '#engine/tensor/require-finite.ts'
import type { Tensor } from '#engine/tensor/tensor.ts'
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

/** @returns what the codec's `sample` draws from */
export async function encodeInputImage(
  codec: LatentCodec,
  input: InputImage,
  settings: ResolvedSettings,
): Promise<Tensor> {
  const image = await loadInputImage(input.path)
  if (image.fileHash !== input.fileHash) {
    throw new AppError('image-invalid', `the input image ${quoted(input.path)} changed while it was in use`)
  }
  const { widthPx, heightPx } = input
  const data = toModelInput(resizeRgb(image, widthPx, heightPx, resizeModeOf(settings)))
  const encoded = await codec.encode({ shape: [1, 3, heightPx, widthPx], data })
  requireFinite(encoded.data, 'the encoded input image')
  return encoded
}

/** Without a size asked for, an input only loses the few pixels that do not divide; diffusers stretches over those. */
export function resizeModeOf(settings: ResolvedSettings): NonNullable<ResolvedSettings['resizeMode']> {
  const sized = settings.widthPx !== undefined || settings.heightPx !== undefined
  return settings.resizeMode ?? (sized ? 'crop' : 'stretch')
}
