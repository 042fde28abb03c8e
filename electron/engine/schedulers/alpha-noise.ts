/**
 * Forward diffusion and the way back where the sample keeps unit variance: x_t = signal · x_0 + noise · ε, with
 * signal² + noise² = 1. DDIM and PNDM know the two by ᾱ = signal², DPM-Solver by their ratio.
 */
import { AppError } from '#shared/errors.ts'
import { f32, mapIndices, requireSameLength, scaledSum, sqrt32 } from './float32.ts'

/** x_t = √ᾱ_t · x_0 + √(1 − ᾱ_t) · ε (Ho et al., arXiv:2006.11239, eq. 4); diffusers' add_noise. */
export function addNoiseAtAlpha(alpha: number, original: Float32Array, noise: Float32Array): Float32Array {
  requireSameLength('the noise', noise, original)
  const scales = scalesAtAlpha(alpha)
  return scaledSum(scales.signal, original, scales.noise, noise)
}

/**
 * The predicted x_0; v-prediction: Salimans and Ho, arXiv:2202.00512. Operation order as in diffusers.
 *
 * @param signal √ᾱ
 * @param noise  √(1 − ᾱ)
 */
export function predictOriginal(
  type: 'epsilon' | 'v_prediction' | 'sample',
  output: Float32Array,
  sample: Float32Array,
  { signal, noise }: { readonly signal: number; readonly noise: number },
): Float32Array {
  switch (type) {
    case 'epsilon':
      return mapIndices(sample.length, (k) => f32(sample[k] - f32(noise * output[k])) / signal)
    case 'sample':
      return output
    case 'v_prediction':
      return scaledSum(signal, sample, -noise, output)
  }
}

/** Signal and noise at ᾱ. */
export function scalesAtAlpha(alpha: number): { signal: number; noise: number } {
  return { signal: sqrt32(alpha), noise: sqrt32(f32(1 - alpha)) }
}

/** ᾱ at a timestep. Like torch, a negative one counts from the end: `trailing` makes a −1 for some step counts. */
export function alphaAt(alphas: Float32Array, timestep: number): number {
  return alphas.at(timestep)!
}

/**
 * The timesteps must be ones that the model was trained on: steps_offset pushes the first one out when every
 * timestep is run.
 *
 * @throws {AppError} `steps-out-of-range`
 */
export function requireTrained(
  timesteps: readonly number[],
  alphas: Float32Array,
  config: { readonly steps_offset: number },
): void {
  if (timesteps[0] < alphas.length) return
  throw new AppError(
    'steps-out-of-range',
    `${timesteps.length} inference steps with steps_offset ${config.steps_offset} start at timestep ${timesteps[0]}, ` +
      `but the model's noise schedule ends at ${alphas.length - 1}; take fewer steps`,
    { data: { numInferenceSteps: timesteps.length, stepsOffset: config.steps_offset } },
  )
}
