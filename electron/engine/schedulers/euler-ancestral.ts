/**
 * Euler's method with ancestral noise: each step goes below the next noise level and is brought back up to it with
 * fresh noise.
 *
 * Source: Crowson's k-diffusion, sample_euler_ancestral. Must match diffusers' EulerAncestralDiscreteScheduler, which
 * draws noise in every step, the last one (whose noise has weight 0) included; oracle: test/oracles/schedulers.py.
 */
import { addNoiseAtSigma, eulerUpdate, initNoiseSigma, predictOriginal, scaleToUnitVariance } from './euler-step.ts'
import { f32, mapIndices, requireSameLength, sqrt32 } from './float32.ts'
import { alphasCumprod, trainingSigmas } from './noise-schedule.ts'
import { interpolate } from './numpy-math.ts'
import type { EulerAncestralConfig } from './scheduler-config.ts'
import type { Scheduler } from './scheduler.ts'
import { fractionalTimesteps } from './timesteps.ts'

export class EulerAncestralScheduler implements Scheduler {
  readonly timesteps: readonly number[]
  readonly initNoiseSigma: number
  readonly #config: EulerAncestralConfig
  readonly #sigmas: readonly number[]

  constructor(config: EulerAncestralConfig, numInferenceSteps: number, beginIndex: number) {
    this.#config = config
    const trained = trainingSigmas(alphasCumprod(config, true))
    const timesteps = fractionalTimesteps(config, numInferenceSteps)
    const sigmas = [...timesteps.map((t) => f32(interpolate(t, trained))), 0]
    this.initNoiseSigma = initNoiseSigma(sigmas, config.timestep_spacing)
    this.timesteps = timesteps.slice(beginIndex)
    this.#sigmas = sigmas.slice(beginIndex)
  }

  scaleModelInput(sample: Float32Array, i: number): Float32Array {
    return scaleToUnitVariance(sample, this.#sigmas[i])
  }

  step(modelOutput: Float32Array, i: number, sample: Float32Array, noise: () => Float32Array): Float32Array {
    requireSameLength('the model output', modelOutput, sample)
    const sigma = this.#sigmas[i]
    const { up, down } = ancestralSigmas(sigma, this.#sigmas[i + 1])
    const original = this.predictedOriginal(modelOutput, i, sample)
    const lowered = eulerUpdate(sample, original, sigma, f32(down - sigma))
    const fresh = noise()
    requireSameLength('the noise', fresh, sample)
    return mapIndices(sample.length, (k) => lowered[k] + f32(fresh[k] * up))
  }

  predictedOriginal(modelOutput: Float32Array, i: number, sample: Float32Array): Float32Array {
    return predictOriginal(this.#config.prediction_type, modelOutput, sample, this.#sigmas[i])
  }

  addNoise(original: Float32Array, noise: Float32Array, i: number): Float32Array {
    return addNoiseAtSigma(this.#sigmas[i], original, noise)
  }
}

/** down² + up² = to²; `up` is what the ancestral distribution adds. */
function ancestralSigmas(from: number, to: number): { up: number; down: number } {
  const [from2, to2] = [f32(from * from), f32(to * to)]
  const up = sqrt32(f32(f32(to2 * f32(from2 - to2)) / from2))
  return { up, down: sqrt32(f32(to2 - f32(up * up))) }
}
