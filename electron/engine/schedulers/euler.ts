/**
 * Euler's method on the probability flow ODE, without churn.
 *
 * Source: Karras et al., arXiv:2206.00364, algorithm 2 with γ = 0. Must match diffusers' EulerDiscreteScheduler;
 * oracle: test/oracles/schedulers.py.
 */
import { addNoiseAtSigma, eulerUpdate, initNoiseSigma, predictOriginal, scaleToUnitVariance } from './euler-step.ts'
import { f32, requireSameLength } from './float32.ts'
import { alphasCumprod, sigmaOfAlpha, torchLinspace, trainingSigmas } from './noise-schedule.ts'
import { interpolate, log32 } from './numpy-math.ts'
import type { EulerConfig } from './scheduler-config.ts'
import type { Scheduler } from './scheduler.ts'
import { exponentialSigmas, karrasSigmas, logarithms, timestepOfSigma } from './sigma-spacing.ts'
import { fractionalTimesteps } from './timesteps.ts'

export class EulerScheduler implements Scheduler {
  readonly timesteps: readonly number[]
  readonly initNoiseSigma: number
  readonly #config: EulerConfig
  readonly #sigmas: readonly number[]

  constructor(config: EulerConfig, numInferenceSteps: number, beginIndex: number) {
    this.#config = config
    const { timesteps, sigmas } = eulerSchedule(config, numInferenceSteps)
    this.initNoiseSigma = initNoiseSigma(sigmas, config.timestep_spacing)
    this.timesteps = timesteps.slice(beginIndex)
    this.#sigmas = sigmas.slice(beginIndex)
  }

  scaleModelInput(sample: Float32Array, i: number): Float32Array {
    return scaleToUnitVariance(sample, this.#sigmas[i])
  }

  step(modelOutput: Float32Array, i: number, sample: Float32Array): Float32Array {
    requireSameLength('the model output', modelOutput, sample)
    const sigma = this.#sigmas[i]
    const original = this.predictedOriginal(modelOutput, i, sample)
    return eulerUpdate(sample, original, sigma, f32(this.#sigmas[i + 1] - sigma))
  }

  predictedOriginal(modelOutput: Float32Array, i: number, sample: Float32Array): Float32Array {
    return predictOriginal(this.#config.prediction_type, modelOutput, sample, this.#sigmas[i])
  }

  addNoise(original: Float32Array, noise: Float32Array, i: number): Float32Array {
    return addNoiseAtSigma(this.#sigmas[i], original, noise)
  }
}

/** Timesteps, and the σ at each of them and at the end, all float32 values. */
function eulerSchedule(config: EulerConfig, count: number): { timesteps: number[]; sigmas: number[] } {
  const alphas = alphasCumprod(config, true)
  const trained = trainingSigmas(alphas)
  const logSigmas = logarithms(trained)
  let timesteps = fractionalTimesteps(config, count)
  let sigmas =
    config.interpolation_type === 'linear'
      ? timesteps.map((t) => interpolate(t, trained))
      : logLinearSigmas(trained, count)
  if (config.use_karras_sigmas || config.use_exponential_sigmas) {
    const space = config.use_karras_sigmas ? karrasSigmas : exponentialSigmas
    sigmas = space(config.sigma_min ?? sigmas.at(-1)!, config.sigma_max ?? sigmas[0], count)
    timesteps = sigmas.map((sigma) => timestepOfSigma(sigma, logSigmas))
  }
  sigmas = [...sigmas, config.final_sigmas_type === 'sigma_min' ? sigmaOfAlpha(alphas[0]) : 0].map(f32)
  if (config.timestep_type === 'continuous' && config.prediction_type === 'v_prediction') {
    // the EDM parametrisation: c_noise = ln(σ) / 4
    timesteps = sigmas.slice(0, -1).map((sigma) => 0.25 * f32(Math.log(sigma)))
  }
  return { timesteps: timesteps.map(f32), sigmas }
}

/** count + 1 values, as diffusers makes them: one more than there are timesteps. */
function logLinearSigmas(trained: Float32Array, count: number): number[] {
  return [...torchLinspace(log32(trained.at(-1)!), log32(trained[0]), count + 1)].map((level) => f32(Math.exp(level)))
}
