/**
 * PNDM: pseudo linear multistep (PLMS), after pseudo Runge–Kutta steps unless skip_prk_steps.
 *
 * Source: Liu et al., arXiv:2202.09778, eq. 9, 12, 13 and algorithm 2. Without Runge–Kutta the first step is done
 * twice (Crowson's PLMS: an Euler step, then its average with the slope at its end), so there is one model evaluation
 * more than steps. Operation order follows diffusers' PNDMScheduler; oracle: test/oracles/schedulers.py.
 *
 * Image-to-image starts in the middle of the list with no history, whatever the entry there stands for: diffusers
 * does, and images depend on it.
 */
import { AppError } from '#shared/errors.ts'
import { addNoiseAtAlpha, alphaAt, predictOriginal, requireTrained, scalesAtAlpha } from './alpha-noise.ts'
import { f32, mapIndices, requireSameLength, scaledSum, sqrt32 } from './float32.ts'
import { alphasCumprod } from './noise-schedule.ts'
import { plmsTimesteps, prkTimesteps, requireStepsForPrk } from './pndm-timesteps.ts'
import type { PndmConfig } from './scheduler-config.ts'
import type { Scheduler } from './scheduler.ts'
import { integerTimesteps } from './timesteps.ts'

/** Past slopes that the fourth order formula uses besides the newest. */
const HISTORY = 3

export class PndmScheduler implements Scheduler {
  readonly timesteps: readonly number[]
  readonly initNoiseSigma = 1
  readonly #config: PndmConfig
  readonly #stride: number
  readonly #alphas: Float32Array
  readonly #finalAlpha: number
  readonly #prkTimesteps: readonly number[]

  #stepsDone = 0
  /** Model outputs of earlier steps, newest last (diffusers' ets). */
  #outputs: Float32Array[] = []
  /** The sample that a group of evaluations starts from. */
  #startSample: Float32Array | undefined
  /** Runge–Kutta: weighted sum of the group's outputs so far. */
  #outputSum: Float32Array | undefined

  constructor(config: PndmConfig, numInferenceSteps: number, beginIndex: number) {
    this.#config = config
    this.#alphas = alphasCumprod(config)
    this.#finalAlpha = config.set_alpha_to_one ? 1 : this.#alphas[0]
    this.#stride = Math.floor(config.num_train_timesteps / numInferenceSteps)
    const timesteps = integerTimesteps(config, numInferenceSteps)
    requireTrained(timesteps, this.#alphas, config)
    if (!config.skip_prk_steps) requireStepsForPrk(numInferenceSteps)
    this.#prkTimesteps = config.skip_prk_steps ? [] : prkTimesteps(timesteps, Math.floor(this.#stride / 2))
    this.timesteps = [...this.#prkTimesteps, ...plmsTimesteps(timesteps, config.skip_prk_steps)].slice(beginIndex)
  }

  scaleModelInput(sample: Float32Array): Float32Array {
    return sample
  }

  step(modelOutput: Float32Array, i: number, sample: Float32Array): Float32Array {
    requireSameLength('the model output', modelOutput, sample)
    if (i === 0) this.#restart()
    if (i !== this.#stepsDone) {
      throw new AppError('internal', `PNDM steps are taken in order: expected step ${this.#stepsDone}, got ${i}`)
    }
    const result =
      i < this.#prkTimesteps.length ? this.#prkStep(modelOutput, i, sample) : this.#plmsStep(modelOutput, i, sample)
    this.#stepsDone += 1
    return result
  }

  /** diffusers has none for PNDM: of the one evaluation, not of the averaged slope that the step takes. */
  predictedOriginal(modelOutput: Float32Array, i: number, sample: Float32Array): Float32Array {
    const scales = scalesAtAlpha(alphaAt(this.#alphas, this.timesteps[i]))
    return predictOriginal(this.#config.prediction_type, modelOutput, sample, scales)
  }

  addNoise(original: Float32Array, noise: Float32Array, i: number): Float32Array {
    return addNoiseAtAlpha(alphaAt(this.#alphas, this.timesteps[i]), original, noise)
  }

  #restart(): void {
    this.#stepsDone = 0
    this.#outputs = []
    this.#startSample = undefined
    this.#outputSum = undefined
  }

  /** One of the four evaluations of a Runge–Kutta step, weights 1/6, 1/3, 1/3, 1/6. */
  #prkStep(output: Float32Array, i: number, sample: Float32Array): Float32Array {
    const previous = this.timesteps[i] - (i % 2 === 1 ? 0 : Math.floor(this.#stride / 2))
    const start = this.#prkTimesteps[i - (i % 4)]
    const phase = i % 4
    let slope = output
    if (phase === 0) {
      this.#outputs.push(output.slice())
      this.#startSample = sample.slice()
      this.#outputSum = scaled(f32(1 / 6), output)
    } else {
      const sum = this.#outputSum!
      const weight = f32(phase === 3 ? 1 / 6 : 1 / 3)
      const added = mapIndices(output.length, (k) => sum[k] + f32(weight * output[k]))
      if (phase === 3) slope = added
      else this.#outputSum = added
    }
    return this.#transfer(this.#startSample!, start, previous, slope)
  }

  #plmsStep(output: Float32Array, i: number, sample: Float32Array): Float32Array {
    let timestep = this.timesteps[i]
    let previous = timestep - this.#stride
    if (i === 1) {
      previous = timestep
      timestep += this.#stride
      const start = this.#startSample!
      this.#startSample = undefined
      const first = this.#outputs.at(-1)!
      const mean = mapIndices(output.length, (k) => f32(output[k] + first[k]) / 2)
      return this.#transfer(start, timestep, previous, mean)
    }
    this.#outputs = [...this.#outputs.slice(-HISTORY), output.slice()]
    if (i === 0) this.#startSample = sample.slice()
    return this.#transfer(sample, timestep, previous, this.#multistepSlope())
  }

  /** Adams–Bashforth of the order that the history allows. */
  #multistepSlope(): Float32Array {
    const [e1, e2, e3, e4] = this.#outputs.toReversed() as [Float32Array, Float32Array, Float32Array, Float32Array]
    switch (this.#outputs.length) {
      case 1:
        return e1
      case 2:
        return mapIndices(e1.length, (k) => f32(f32(3 * e1[k]) - e2[k]) / 2)
      case 3:
        return mapIndices(e1.length, (k) => f32(f32(f32(23 * e1[k]) - f32(16 * e2[k])) + f32(5 * e3[k])) / 12)
      default: {
        const weight = f32(1 / 24)
        return mapIndices(e1.length, (k) => {
          const sum = f32(f32(f32(55 * e1[k]) - f32(59 * e2[k])) + f32(37 * e3[k]))
          return weight * f32(sum - f32(9 * e4[k]))
        })
      }
    }
  }

  /** Eq. 9: the sample carried from `timestep` to `previous` along one slope. */
  #transfer(sample: Float32Array, timestep: number, previous: number, output: Float32Array): Float32Array {
    const alpha = alphaAt(this.#alphas, timestep)
    const alphaPrevious = previous >= 0 ? this.#alphas[previous] : this.#finalAlpha
    const beta = f32(1 - alpha)
    const betaPrevious = f32(1 - alphaPrevious)
    const slope =
      this.#config.prediction_type === 'v_prediction' ? scaledSum(sqrt32(alpha), output, sqrt32(beta), sample) : output
    const sampleScale = sqrt32(f32(alphaPrevious / alpha))
    const difference = f32(alphaPrevious - alpha)
    const denominator = f32(f32(alpha * sqrt32(betaPrevious)) + sqrt32(f32(f32(alpha * beta) * alphaPrevious)))
    return mapIndices(sample.length, (k) => {
      return f32(sampleScale * sample[k]) - f32(f32(difference * slope[k]) / denominator)
    })
  }
}

function scaled(weight: number, values: Float32Array): Float32Array {
  return mapIndices(values.length, (k) => weight * values[k])
}
