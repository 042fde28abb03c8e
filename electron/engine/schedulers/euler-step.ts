/**
 * What Euler and Euler ancestral share: the sample lives at x = x_0 + σ·ε and the model sees it scaled to unit
 * variance. Source: Karras et al., arXiv:2206.00364, table 1 and algorithm 2; operation order follows diffusers'
 * EulerDiscreteScheduler and EulerAncestralDiscreteScheduler.
 */
import { f32, mapIndices, requireSameLength, sqrt32 } from './float32.ts'
import type { TimestepSpacing } from './timesteps.ts'

export type EulerPredictionType = 'epsilon' | 'v_prediction' | 'sample' | 'original_sample'

/** x / √(σ² + 1). */
export function scaleToUnitVariance(sample: Float32Array, sigma: number): Float32Array {
  const divisor = sqrt32(f32(f32(sigma * sigma) + 1))
  return mapIndices(sample.length, (k) => sample[k] / divisor)
}

/** The predicted x_0. */
export function predictOriginal(
  type: EulerPredictionType,
  output: Float32Array,
  sample: Float32Array,
  sigma: number,
): Float32Array {
  if (type === 'sample' || type === 'original_sample') return output
  if (type === 'epsilon') return mapIndices(sample.length, (k) => sample[k] - f32(sigma * output[k]))
  const variance = f32(f32(sigma * sigma) + 1)
  const outputScale = f32(-sigma / sqrt32(variance))
  return mapIndices(sample.length, (k) => f32(output[k] * outputScale) + f32(sample[k] / variance))
}

/** x + (x − x_0) / σ · dt. */
export function eulerUpdate(
  sample: Float32Array,
  original: Float32Array,
  sigma: number,
  timeStep: number,
): Float32Array {
  return mapIndices(sample.length, (k) => {
    const derivative = f32(f32(sample[k] - original[k]) / sigma)
    return sample[k] + f32(derivative * timeStep)
  })
}

/** x_0 + σ·ε. */
export function addNoiseAtSigma(sigma: number, original: Float32Array, noise: Float32Array): Float32Array {
  requireSameLength('the noise', noise, original)
  return mapIndices(original.length, (k) => original[k] + f32(noise[k] * sigma))
}

/** The standard deviation of x at the start; with `leading` the largest σ is not the end of the noise schedule. */
export function initNoiseSigma(sigmas: readonly number[], spacing: TimestepSpacing): number {
  const largest = Math.max(...sigmas)
  return spacing === 'leading' ? sqrt32(f32(f32(largest * largest) + 1)) : largest
}
