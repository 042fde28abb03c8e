/** Pixels as everything outside the model sees them. */
import { createHash } from 'node:crypto'

/** 8-bit sRGB, rows from the top, R G B interleaved, no padding: rgb.length = widthPx × heightPx × 3. */
export interface RgbImage {
  readonly widthPx: number
  readonly heightPx: number
  readonly rgb: Uint8Array<ArrayBuffer>
}

/** sha256 of the pixels, hex: what history keeps to tell whether a repeated generation is bit-exact. */
export function pixelHash(rgb: Uint8Array): string {
  return createHash('sha256').update(rgb).digest('hex')
}
