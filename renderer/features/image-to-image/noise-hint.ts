/**
 * Noise over pixels, as a hint of what a strength means: the engine mixes latents, not pixels. How much of each there
 * is, start-noise.ts tells.
 */
import type { Mix } from './start-noise.ts'

/** Latents vary by about 1, pixels from −1 to 1 by about half of that: noise is brought to their measure. */
const PIXEL_DEVIATION = 0.5

/** Normal noise, always the same, so that moving the slider changes its amount and nothing else. */
export function fixedNoise(count: number): Float32Array {
  let state = 0x9e3779b9
  const uniform = (): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39)
    mixed ^= mixed >>> 15
    return ((mixed >>> 0) + 0.5) / 2 ** 32
  }
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  )
}

/**
 * @param rgba  pixels, as of a canvas
 * @param noise three values a pixel
 */
export function addNoiseHint(
  rgba: Uint8ClampedArray,
  noise: Float32Array,
  { signal, noise: amount }: Mix,
): Uint8ClampedArray<ArrayBuffer> {
  const mixed = new Uint8ClampedArray(rgba)
  for (let pixel = 0; pixel * 4 < rgba.length; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = rgba[pixel * 4 + channel] / 127.5 - 1
      const noisy = signal * value + amount * noise[pixel * 3 + channel] * PIXEL_DEVIATION
      mixed[pixel * 4 + channel] = (noisy + 1) * 127.5
    }
  }
  return mixed
}
