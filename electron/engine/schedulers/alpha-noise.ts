/**
 * Forward diffusion in terms of ᾱ, for the schedulers that step along training timesteps (DDIM, PNDM).
 */
import { AppError } from '#shared/errors.ts'
import { f32, requireSameLength, scaledSum, sqrt32 } from './float32.ts'

/** x_t = √ᾱ_t · x_0 + √(1 − ᾱ_t) · ε (Ho et al., arXiv:2006.11239, eq. 4); diffusers' add_noise. */
export function addNoiseAtAlpha(alpha: number, original: Float32Array, noise: Float32Array): Float32Array {
  requireSameLength('the noise', noise, original)
  return scaledSum(sqrt32(alpha), original, sqrt32(f32(1 - alpha)), noise)
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
