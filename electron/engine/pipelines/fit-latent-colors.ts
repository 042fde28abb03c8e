/**
 * What colour latents have, asked of the model's own decoder: it decodes small patches of smooth random latents, and
 * the colours are the linear function of the channels that comes closest to what it made.
 */
import { TorchCpuGenerator } from '#engine/random/torch-generator.ts'
import type { Tensor } from '#engine/tensor/tensor.ts'
import type { LatentColors } from './latent-colors.ts'
import { leastSquares } from './least-squares.ts'

/** Many small patches tell more than a few large ones of the same area; from here on more gain little. */
const PATCHES = 24
/** Latents along the edge of a patch. */
const EDGE = 4
const PLANE = EDGE * EDGE
/** A patch has four independent values of each channel, and there should be a few for each weight. */
const MAX_CHANNELS = PATCHES
/** Bilinear interpolation leaves 7/9 of the standard deviation, which latents in the UNet's scale have near 1. */
const CORNER_SCALE = 9 / 7

/**
 * @param channels of the latents
 * @param decode   latents in the UNet's scale [n, C, h, w] → images [n, 3, H, W] in about −1..1
 * @returns undefined where nothing useful comes out
 */
export async function fitLatentColors(
  channels: number,
  decode: (latents: Tensor) => Promise<Tensor>,
): Promise<LatentColors | undefined> {
  if (channels > MAX_CHANNELS) return undefined
  const latents = smoothPatches(channels)
  const means = meanColors(await decode({ shape: [PATCHES, channels, EDGE, EDGE], data: latents }))
  const inputs: number[][] = []
  const outputs: number[][] = []
  for (let patch = 0; patch < PATCHES; patch++) {
    for (let i = 0; i < PLANE; i++) {
      inputs.push([...at(latents, patch, channels, i), 1])
      outputs.push(at(means, patch, 3, i))
    }
  }
  return leastSquares(inputs, outputs)
}

/** [PATCHES, C, EDGE, EDGE]: each plane bilinear between four normal values at its corners. */
function smoothPatches(channels: number): Float32Array {
  const corners = new TorchCpuGenerator(0n).randn(PATCHES * channels * 4)
  return Float32Array.from({ length: PATCHES * channels * PLANE }, (_, k) => {
    const [topLeft, topRight, bottomLeft, bottomRight] = corners.subarray(4 * Math.floor(k / PLANE))
    const x = (k % EDGE) / (EDGE - 1)
    const y = Math.floor((k % PLANE) / EDGE) / (EDGE - 1)
    const top = topLeft + x * (topRight - topLeft)
    const bottom = bottomLeft + x * (bottomRight - bottomLeft)
    return CORNER_SCALE * (top + y * (bottom - top))
  })
}

/** [PATCHES, 3, EDGE, EDGE] in 0..255: of each latent's square of pixels, as bytes would hold them. */
function meanColors({ shape, data }: Tensor): Float64Array {
  const width = shape[3]
  const factor = width / EDGE
  const means = new Float64Array(PATCHES * 3 * PLANE)
  data.forEach((value, k) => {
    const row = Math.floor(k / width / factor)
    const column = Math.floor((k % width) / factor)
    means[row * EDGE + column] += Math.min(Math.max((value + 1) * 127.5, 0), 255) / factor ** 2
  })
  return means
}

/** All channels of one place of a patch. */
function at(data: Float32Array | Float64Array, patch: number, channels: number, i: number): number[] {
  return Array.from({ length: channels }, (_, c) => data[(patch * channels + c) * PLANE + i])
}
