/**
 * Between pixels and what the VAE takes and gives, with the float32 operations of diffusers' VaeImageProcessor:
 * `pil_to_numpy`, `normalize` and `denormalize`, `numpy_to_pil`. Oracle: test/oracles/resize.py, bit-equal.
 */
import { AppError } from '#shared/errors.ts'
import type { RgbImage } from './rgb-image.ts'

const fround = Math.fround

/** 2(x/255) − 1 of every byte, each operation rounded to float32. */
const NORMALIZED = Float32Array.from({ length: 256 }, (_, byte) => fround(2 * fround(byte / 255)) - 1)

/** @returns [3, H, W] in [−1, 1], newly allocated */
export function toModelInput({ widthPx, heightPx, rgb }: RgbImage): Float32Array<ArrayBuffer> {
  const plane = widthPx * heightPx
  const data = new Float32Array(3 * plane)
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < plane; i++) data[c * plane + i] = NORMALIZED[rgb[i * 3 + c]]
  }
  return data
}

export interface DecodedImage extends RgbImage {
  /** Before rounding to bytes: [3, H, W] in [0, 1]. */
  readonly image01: Float32Array<ArrayBuffer>
}

/**
 * @param data what the VAE decoded, [3, H, W], about [−1, 1]; not written to
 * @throws {AppError} `shape-mismatch`
 */
export function fromModelOutput(data: Float32Array, widthPx: number, heightPx: number): DecodedImage {
  const plane = widthPx * heightPx
  if (data.length !== 3 * plane) {
    throw new AppError('shape-mismatch', `a decoded image of ${widthPx} × ${heightPx} has not ${data.length} values`)
  }
  const image01 = new Float32Array(data.length)
  const rgb = new Uint8Array(data.length)
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < plane; i++) {
      const at = c * plane + i
      const value = Math.min(Math.max(fround(fround(data[at] * 0.5) + 0.5), 0), 1)
      image01[at] = value
      rgb[i * 3 + c] = roundHalfEven(fround(value * 255))
    }
  }
  return { widthPx, heightPx, rgb, image01 }
}

/** numpy's round, for numbers from 0 to 255. */
function roundHalfEven(x: number): number {
  const rounded = Math.round(x)
  return rounded - x === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded
}
