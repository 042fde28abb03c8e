/**
 * DPM-Solver++ multistep, order 1 to 3 ("DPM++ 2M" is order 2).
 *
 * Source: Lu et al., arXiv:2211.01095, algorithm 2 and appendix; operation order follows diffusers'
 * DPMSolverMultistepScheduler with algorithm_type dpmsolver++; oracle: test/oracles/schedulers.py. Logarithms and
 * exponentials here are correctly rounded float32; torch's, from MKL, differ in the last place now and then, depending
 * on the processor.
 *
 * Legend: α, σ signal and noise scale of the sample; λ = ln(α/σ); h the step in λ; r ratios of earlier steps to h;
 * m the predicted x_0 of this and earlier steps; D their divided differences.
 */
import { AppError } from '#shared/errors.ts'
import { predictOriginal } from './alpha-noise.ts'
import { dpmSchedule } from './dpmpp-schedule.ts'
import { f32, mapIndices, requireSameLength, scaledSum, sqrt32 } from './float32.ts'
import type { DpmSolverConfig } from './scheduler-config.ts'
import type { Scheduler } from './scheduler.ts'

/** From this many steps on, the last steps keep their order. */
const MANY_STEPS = 15

interface Level {
  readonly alpha: number
  readonly sigma: number
  readonly lambda: number
}

export class DpmSolverMultistepScheduler implements Scheduler {
  readonly timesteps: readonly number[]
  readonly initNoiseSigma = 1
  readonly #config: DpmSolverConfig
  readonly #levels: readonly Level[]
  readonly #totalSteps: number
  #stepsDone = 0
  /** Predicted x_0 of the last steps, newest first. */
  #originals: Float32Array[] = []

  constructor(config: DpmSolverConfig, numInferenceSteps: number, beginIndex: number) {
    this.#config = config
    const { timesteps, sigmas } = dpmSchedule(config, numInferenceSteps)
    this.#totalSteps = timesteps.length
    this.timesteps = timesteps.slice(beginIndex)
    this.#levels = sigmas.slice(beginIndex).map(levelOfSigma)
  }

  scaleModelInput(sample: Float32Array): Float32Array {
    return sample
  }

  step(modelOutput: Float32Array, i: number, sample: Float32Array): Float32Array {
    requireSameLength('the model output', modelOutput, sample)
    if (i === 0) {
      this.#stepsDone = 0
      this.#originals = []
    }
    if (i !== this.#stepsDone) {
      throw new AppError('internal', `DPM-Solver steps are taken in order: expected step ${this.#stepsDone}, got ${i}`)
    }
    // a copy: it is kept, and may be the model output itself
    const original = this.predictedOriginal(modelOutput, i, sample).slice()
    this.#originals = [original, ...this.#originals].slice(0, this.#config.solver_order)
    this.#stepsDone += 1
    return this.#update(this.#order(i), i, sample)
  }

  predictedOriginal(modelOutput: Float32Array, i: number, sample: Float32Array): Float32Array {
    const { alpha, sigma } = this.#levels[i]
    return predictOriginal(this.#config.prediction_type, modelOutput, sample, { signal: alpha, noise: sigma })
  }

  addNoise(original: Float32Array, noise: Float32Array, i: number): Float32Array {
    requireSameLength('the noise', noise, original)
    const { alpha, sigma } = this.#levels[i]
    return scaledSum(alpha, original, sigma, noise)
  }

  /** The order of this step: limited by history, and lower at the end where a high order is unstable. */
  #order(i: number): number {
    const { solver_order: order, lower_order_final: lowerAtEnd, euler_at_final: eulerAtEnd } = this.#config
    const stepsLeft = this.timesteps.length - i
    const fewSteps = lowerAtEnd && this.#totalSteps < MANY_STEPS
    if (stepsLeft === 1 && (eulerAtEnd || fewSteps || this.#config.final_sigmas_type === 'zero')) return 1
    const available = Math.min(order, this.#originals.length)
    return stepsLeft === 2 && fewSteps ? Math.min(available, 2) : available
  }

  #update(order: number, i: number, sample: Float32Array): Float32Array {
    const [next, current] = [this.#levels[i + 1], this.#levels[i]]
    const h = f32(next.lambda - current.lambda)
    const sampleScale = f32(next.sigma / current.sigma)
    /** e^−h − 1 */
    const decay = f32(f32(Math.exp(-h)) - 1)
    const scale0 = f32(next.alpha * decay)
    const m0 = this.#originals[0]
    const first = (k: number) => f32(f32(sampleScale * sample[k]) - f32(scale0 * m0[k]))
    if (order === 1) return mapIndices(sample.length, first)

    const m1 = this.#originals[1]
    const r0 = f32(f32(current.lambda - this.#levels[i - 1].lambda) / h)
    const inverse0 = f32(1 / r0)
    const difference0 = (k: number) => f32(inverse0 * f32(m0[k] - m1[k]))
    /** (e^−h − 1) / h + 1 */
    const scale1 = f32(next.alpha * f32(f32(decay / h) + 1))
    if (order === 2 && this.#config.solver_type === 'midpoint') {
      const half = f32(0.5 * scale0)
      return mapIndices(sample.length, (k) => first(k) - f32(half * difference0(k)))
    }
    if (order === 2) return mapIndices(sample.length, (k) => first(k) + f32(scale1 * difference0(k)))

    const m2 = this.#originals[2]
    const r1 = f32(f32(this.#levels[i - 1].lambda - this.#levels[i - 2].lambda) / h)
    const inverse1 = f32(1 / r1)
    const inverseSum = f32(1 / f32(r0 + r1))
    const share = f32(r0 / f32(r0 + r1))
    const scale2 = f32(next.alpha * f32(f32(f32(decay + h) / f32(h * h)) - 0.5))
    return mapIndices(sample.length, (k) => {
      const d0 = difference0(k)
      const change = f32(d0 - f32(inverse1 * f32(m1[k] - m2[k])))
      const d1 = f32(d0 + f32(share * change))
      return f32(first(k) + f32(scale1 * d1)) - f32(scale2 * f32(inverseSum * change))
    })
  }
}

function levelOfSigma(ratio: number): Level {
  const alpha = f32(1 / sqrt32(f32(f32(ratio * ratio) + 1)))
  const sigma = f32(ratio * alpha)
  return { alpha, sigma, lambda: f32(f32(Math.log(alpha)) - f32(Math.log(sigma))) }
}
