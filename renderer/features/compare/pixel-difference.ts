/** How two images of one size differ, pixel by pixel. */
export interface PixelDifference {
  /** RGBA: each channel's difference, as many times stronger as asked for; black where there is none. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>
  readonly differingPixels: number
  /** Of a channel, in steps of 255. */
  readonly maxDifference: number
}

/** @param one RGBA, as is the other */
export function pixelDifference(one: Uint8ClampedArray, other: Uint8ClampedArray, gain: number): PixelDifference {
  const pixels = new Uint8ClampedArray(one.length)
  let [differingPixels, maxDifference] = [0, 0]
  for (let at = 0; at < one.length; at += 4) {
    let largest = 0
    for (let channel = at; channel < at + 3; channel++) {
      const difference = Math.abs(one[channel] - other[channel])
      pixels[channel] = difference * gain
      largest = Math.max(largest, difference)
    }
    pixels[at + 3] = 255
    if (largest > 0) differingPixels += 1
    maxDifference = Math.max(maxDifference, largest)
  }
  return { pixels, differingPixels, maxDifference }
}
