/**
 * DDIM, deterministic (η = 0).
 *
 * Source: Song et al., arXiv:2010.02502, eq. 12. Operation order follows diffusers' DDIMScheduler.step; oracle:
 * test/oracles/schedulers.py.
 */
import { addNoiseAtAlpha, alphaAt, predictOriginal, requireTrained, scalesAtAlpha } from './alpha-noise.ts'
import { f32, mapIndices, requireSameLength, scaledSum } from './float32.ts'
import { alphasCumprod } from './noise-schedule.ts'
import type { DdimConfig } from './scheduler-config.ts'
import type { Scheduler } from './scheduler.ts'
import { integerTimesteps } from './timesteps.ts'

export class DdimScheduler implements Scheduler {
  readonly timesteps: readonly number[]
  readonly initNoiseSigma = 1
  readonly #config: DdimConfig
  /** Timesteps between a step's two ends. */
  readonly #stride: number
  readonly #alphas: Float32Array
  readonly #finalAlpha: number

  constructor(config: DdimConfig, numInferenceSteps: number, beginIndex: number) {
    this.#config = config
    this.#alphas = alphasCumprod(config)
    this.#finalAlpha = config.set_alpha_to_one ? 1 : this.#alphas[0]
    this.#stride = Math.floor(config.num_train_timesteps / numInferenceSteps)
    const timesteps = integerTimesteps(config, numInferenceSteps)
    requireTrained(timesteps, this.#alphas, config)
    this.timesteps = timesteps.slice(beginIndex)
  }

  scaleModelInput(sample: Float32Array): Float32Array {
    return sample
  }

  step(modelOutput: Float32Array, i: number, sample: Float32Array): Float32Array {
    requireSameLength('the model output', modelOutput, sample)
    const previous = this.timesteps[i] - this.#stride
    const next = scalesAtAlpha(previous >= 0 ? this.#alphas[previous] : this.#finalAlpha)
    const original = this.predictedOriginal(modelOutput, i, sample)
    return scaledSum(next.signal, original, next.noise, this.#predictedNoise(modelOutput, i, sample))
  }

  /** Clipped if the config says so. */
  predictedOriginal(modelOutput: Float32Array, i: number, sample: Float32Array): Float32Array {
    const original = predictOriginal(this.#config.prediction_type, modelOutput, sample, this.#scales(i))
    const { clip_sample: clip, clip_sample_range: range } = this.#config
    return clip ? original.map((value) => Math.min(Math.max(value, -range), range)) : original
  }

  addNoise(original: Float32Array, noise: Float32Array, i: number): Float32Array {
    return addNoiseAtAlpha(alphaAt(this.#alphas, this.timesteps[i]), original, noise)
  }

  /** As the model predicts it: not computed anew from a clipped x_0. */
  #predictedNoise(output: Float32Array, i: number, sample: Float32Array): Float32Array {
    const { signal, noise } = this.#scales(i)
    switch (this.#config.prediction_type) {
      case 'epsilon':
        return output
      case 'sample':
        return mapIndices(sample.length, (k) => f32(sample[k] - f32(signal * output[k])) / noise)
      case 'v_prediction':
        return scaledSum(signal, output, noise, sample)
    }
  }

  #scales(i: number): { signal: number; noise: number } {
    return scalesAtAlpha(alphaAt(this.#alphas, this.timesteps[i]))
  }
}
