/**
 * Pictures of latents without their decoder, for previews: one pixel of each latent, its colour a linear function of
 * the latent's channels. Exact is what the decoder makes; this is quick, and shows what the image is becoming.
 */
import type { Tensor } from '#engine/tensor/tensor.ts'

/** For red, green and blue: what each channel adds per unit, then what there is without any; in 0..255. */
export type LatentColors = readonly (readonly number[])[]

/**
 * Latents in the UNet's scale are made to have a standard deviation of 1, and images stay near it. What guidance has
 * the model predict in the first steps goes far beyond (4 on the starter model, at its first step), which would be all
 * glare and black.
 */
const MOST_RMS = 1.2

interface LatentPicture {
  readonly widthPx: number
  readonly heightPx: number
  /** RGB8, row by row. */
  readonly pixels: Uint8Array<ArrayBuffer>
}

/**
 * @param latents [n, C, h, w] in the UNet's scale, any values
 * @returns n pictures of w × h
 */
export function paintLatents({ shape, data }: Tensor, colors: LatentColors): LatentPicture[] {
  const [count, channels, heightPx, widthPx] = shape
  const size = channels * heightPx * widthPx
  return Array.from({ length: count }, (_, n) => {
    const own = data.subarray(n * size, (n + 1) * size)
    return { widthPx, heightPx, pixels: paint(own, widthPx * heightPx, colors) }
  })
}

function paint(latents: Float32Array, plane: number, colors: LatentColors): Uint8Array<ArrayBuffer> {
  const rms = Math.sqrt(latents.reduce((sum, value) => sum + value * value, 0) / latents.length)
  const scale = Math.min(1, MOST_RMS / rms)
  const channels = latents.length / plane
  // rounds, cuts off at 0 and 255, and makes 0 of what is no number
  const pixels = new Uint8ClampedArray(3 * plane)
  for (let i = 0; i < plane; i++) {
    colors.forEach((weights, color) => {
      let value = weights[channels]
      for (let c = 0; c < channels; c++) value += weights[c] * scale * latents[c * plane + i]
      pixels[3 * i + color] = value
    })
  }
  return new Uint8Array(pixels.buffer)
}
