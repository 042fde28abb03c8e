/**
 * DDIM, deterministic (η = 0).
 *
 * Source: Song et al., arXiv:2010.02502, eq. 12; v-prediction: Salimans and Ho, arXiv:2202.00512. Operation order
 * follows diffusers' DDIMScheduler.step; oracle: test/oracles/schedulers.py.
 */
import { addNoiseAtAlpha, alphaAt, requireTrained } from './alpha-noise.ts'
import { f32, mapIndices, requireSameLength, scaledSum, sqrt32 } from './float32.ts'
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
    const timestep = this.timesteps[i]
    const previous = timestep - this.#stride
    const alpha = alphaAt(this.#alphas, timestep)
    const alphaPrevious = previous >= 0 ? this.#alphas[previous] : this.#finalAlpha
    const [original, epsilon] = this.#predictions(modelOutput, sample, sqrt32(alpha), sqrt32(f32(1 - alpha)))
    return scaledSum(sqrt32(alphaPrevious), original, sqrt32(f32(1 - alphaPrevious)), epsilon)
  }

  addNoise(original: Float32Array, noise: Float32Array, i: number): Float32Array {
    return addNoiseAtAlpha(alphaAt(this.#alphas, this.timesteps[i]), original, noise)
  }

  /** The predicted x_0 (clipped if the config says so) and the predicted noise (not recomputed after clipping). */
  #predictions(
    output: Float32Array,
    sample: Float32Array,
    signal: number,
    noise: number,
  ): [Float32Array, Float32Array] {
    const length = sample.length
    switch (this.#config.prediction_type) {
      case 'epsilon':
        return [this.#clipped(mapIndices(length, (k) => f32(sample[k] - f32(noise * output[k])) / signal)), output]
      case 'sample': {
        const epsilon = mapIndices(length, (k) => f32(sample[k] - f32(signal * output[k])) / noise)
        return [this.#clipped(output), epsilon]
      }
      case 'v_prediction':
        return [this.#clipped(scaledSum(signal, sample, -noise, output)), scaledSum(signal, output, noise, sample)]
    }
  }

  #clipped(original: Float32Array): Float32Array {
    const { clip_sample: clip, clip_sample_range: range } = this.#config
    if (!clip) return original
    return original.map((value) => Math.min(Math.max(value, -range), range))
  }
}
