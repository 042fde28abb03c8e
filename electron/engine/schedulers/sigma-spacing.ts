/**
 * Noise levels spaced by a formula instead of by training timesteps, and the way back from a level to its timestep.
 * Double precision; must match diffusers' _convert_to_* and _sigma_to_t.
 */
import { linspace, log32 } from './numpy-math.ts'

const RHO = 7
const SMALLEST_SIGMA = 1e-10

/** Karras et al., arXiv:2206.00364, eq. 5: σ^(1/ρ) evenly spaced, ρ = 7, from high to low. */
export function karrasSigmas(sigmaMin: number, sigmaMax: number, count: number): number[] {
  const low = sigmaMin ** (1 / RHO)
  const high = sigmaMax ** (1 / RHO)
  return linspace(0, 1, count).map((ramp) => (high + ramp * (low - high)) ** RHO)
}

/** log σ evenly spaced, from high to low. */
export function exponentialSigmas(sigmaMin: number, sigmaMax: number, count: number): number[] {
  return linspace(Math.log(sigmaMax), Math.log(sigmaMin), count).map(Math.exp)
}

/** Lu et al., arXiv:2206.00927, section 3.4: log σ evenly spaced between float32 logarithms. */
export function luSigmas(logSigmaMin: number, logSigmaMax: number, count: number): number[] {
  return linspace(0, 1, count).map((ramp) => Math.exp(logSigmaMax + ramp * (logSigmaMin - logSigmaMax)))
}

/**
 * The fractional training timestep at which the noise level is `sigma`, interpolated in log σ.
 *
 * @param logSigmas ln σ_t of the training timesteps, float32 by numpy's logarithm, rising
 */
export function timestepOfSigma(sigma: number, logSigmas: Float32Array): number {
  const logSigma = Math.log(Math.max(sigma, SMALLEST_SIGMA))
  const below = logSigmas.findLastIndex((level) => logSigma - level >= 0)
  const lowIndex = Math.min(Math.max(below, 0), logSigmas.length - 2)
  const low = logSigmas[lowIndex]
  const width = Math.fround(low - logSigmas[lowIndex + 1])
  const weight = Math.min(Math.max((low - logSigma) / width, 0), 1)
  return (1 - weight) * lowIndex + weight * (lowIndex + 1)
}

/** ln σ of each training noise level, by numpy's float32 logarithm. */
export function logarithms(sigmas: Float32Array): Float32Array {
  return sigmas.map(log32)
}
