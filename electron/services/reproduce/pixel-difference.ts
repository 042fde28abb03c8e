/** How two images of one size differ. */

interface PixelDifference {
  /** In at least one channel. */
  readonly differingPixels: number
  /** Of a channel, in steps of 255; the mean is over all channels of all pixels. */
  readonly maxDifference: number
  readonly meanDifference: number
  /** Peak signal-to-noise ratio over all channels, decibels: 20 log₁₀ 255 − 10 log₁₀ of the mean square; null if equal. */
  readonly psnrDb: number | null
  /**
   * A picture of it, RGB8: the absolute difference of each channel, made brighter so that the largest is 255. Black is
   * where nothing differs; how bright a spot is says how it compares with the largest, not how large it is.
   */
  readonly picture: Uint8Array
}

/** @param a RGB8, as is `b`, of the same length */
export function pixelDifference(a: Uint8Array, b: Uint8Array): PixelDifference {
  const picture = new Uint8Array(a.length)
  let differingPixels = 0
  let maxDifference = 0
  let sum = 0
  let squares = 0
  for (let at = 0; at < a.length; at += 3) {
    let ofPixel = 0
    for (let channel = at; channel < at + 3; channel++) {
      const difference = Math.abs(a[channel] - b[channel])
      picture[channel] = difference
      sum += difference
      squares += difference * difference
      ofPixel = Math.max(ofPixel, difference)
    }
    if (ofPixel > 0) differingPixels++
    maxDifference = Math.max(maxDifference, ofPixel)
  }
  if (maxDifference > 0) {
    for (let at = 0; at < picture.length; at++) picture[at] = Math.round((picture[at] * 255) / maxDifference)
  }
  const psnrDb = squares === 0 ? null : 10 * Math.log10((255 * 255 * a.length) / squares)
  return { differingPixels, maxDifference, meanDifference: a.length === 0 ? 0 : sum / a.length, psnrDb, picture }
}
