/**
 * What a strength means, shown on pixels: the picture mixed with noise as at the step where the work begins. A hint:
 * the engine mixes latents, not pixels, and each model has a noise schedule of its own; this takes the most usual one.
 */

const TRAINED_STEPS = 1000
const BETA_START = 0.00085
const BETA_END = 0.012
/** Latents vary by about 1, pixels from −1 to 1 by about half of that: noise is brought to their measure. */
const PIXEL_DEVIATION = 0.5

/** Of n steps, int(n · strength) are run, as the engine counts. */
export function stepsRun(numInferenceSteps: number, strength: number): number {
  return Math.min(Math.trunc(numInferenceSteps * strength), numInferenceSteps)
}

/** ᾱ with the scaled linear betas of Stable Diffusion (Ho et al., arXiv:2006.11239, eq. 4), by training timestep. */
const alphas = ((): Float64Array => {
  const [first, last] = [Math.sqrt(BETA_START), Math.sqrt(BETA_END)]
  let product = 1
  return Float64Array.from({ length: TRAINED_STEPS }, (_, t) => {
    const root = first + ((last - first) * t) / (TRAINED_STEPS - 1)
    return (product *= 1 - root * root)
  })
})()

/** How much of the picture and how much noise, where the work begins. */
export function mixAt(strength: number): { signal: number; noise: number } {
  const timestep = Math.min(TRAINED_STEPS, Math.max(0, Math.round(strength * TRAINED_STEPS))) - 1
  const alpha = timestep < 0 ? 1 : alphas[timestep]
  return { signal: Math.sqrt(alpha), noise: Math.sqrt(1 - alpha) }
}

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
  strength: number,
): Uint8ClampedArray<ArrayBuffer> {
  const { signal, noise: amount } = mixAt(strength)
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
