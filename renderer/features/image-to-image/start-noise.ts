/**
 * How much of a picture and how much noise there is where image to image begins, for the scheduler, steps and spacing
 * that are chosen. Follows the engine's schedulers for Stable Diffusion's usual noise schedule, which most models have;
 * test/integration/start-noise.test.ts holds the two together. What is left to the model is taken as spaced evenly.
 */
import type { SchedulerName, SigmaSchedule } from '#shared/names.ts'

const TRAINED_STEPS = 1000
const BETA_START = 0.00085
const BETA_END = 0.012
/** Karras et al., arXiv:2206.00364, eq. 5. */
const RHO = 7

export interface StartSettings {
  readonly strength: number
  /** Absent: as the model says. */
  readonly numInferenceSteps?: number | undefined
  readonly scheduler?: SchedulerName | undefined
  readonly sigmas?: SigmaSchedule | undefined
}

/** Of unit variance together: what is left of the picture, and the noise over it. */
export interface Mix {
  readonly signal: number
  readonly noise: number
}

/** σ = √((1 − ᾱ) / ᾱ) with the scaled linear betas of Stable Diffusion, by training timestep. */
const trainedSigmas = ((): Float64Array => {
  const [first, last] = [Math.sqrt(BETA_START), Math.sqrt(BETA_END)]
  let alpha = 1
  return Float64Array.from({ length: TRAINED_STEPS }, (_, t) => {
    const root = first + ((last - first) * t) / (TRAINED_STEPS - 1)
    alpha *= 1 - root * root
    return Math.sqrt((1 - alpha) / alpha)
  })
})()

/** Of n steps, int(n · strength) are run, as the engine counts. */
export function stepsRun(numInferenceSteps: number, strength: number): number {
  return Math.min(Math.trunc(numInferenceSteps * strength), numInferenceSteps)
}

export function startNoise({ strength, numInferenceSteps, scheduler, sigmas }: StartSettings): Mix {
  const count = numInferenceSteps ?? TRAINED_STEPS
  const run = stepsRun(count, strength)
  if (run === 0) return { signal: 1, noise: 0 }
  const isKarras = sigmas === 'karras' && (scheduler === 'euler' || scheduler === 'dpmpp_2m')
  const sigma = isKarras ? karrasSigma(count, count - run) : sigmaAt(timestepOf(scheduler, count, count - run))
  const signal = 1 / Math.sqrt(sigma * sigma + 1)
  return { signal, noise: sigma * signal }
}

/** The training timestep of a step, as each scheduler spaces them if the model does not say otherwise. */
function timestepOf(scheduler: SchedulerName | undefined, count: number, step: number): number {
  const last = TRAINED_STEPS - 1
  switch (scheduler) {
    case 'euler':
    case 'euler_a':
      return last * (1 - step / Math.max(count - 1, 1))
    case 'dpmpp_2m':
    case undefined:
      return Math.round(last * (1 - step / count))
    case 'ddim':
    case 'pndm': {
      // the second one is run twice
      const place = scheduler === 'pndm' && step > 1 ? step - 1 : step
      return Math.floor(TRAINED_STEPS / count) * (count - 1 - place) + 1
    }
  }
}

/** Between two of them in proportion. */
function sigmaAt(timestep: number): number {
  const below = Math.floor(timestep)
  const above = Math.min(below + 1, TRAINED_STEPS - 1)
  return trainedSigmas[below] + (timestep - below) * (trainedSigmas[above] - trainedSigmas[below])
}

function karrasSigma(count: number, step: number): number {
  const [low, high] = [trainedSigmas[0] ** (1 / RHO), trainedSigmas[TRAINED_STEPS - 1] ** (1 / RHO)]
  return (high + (step / Math.max(count - 1, 1)) * (low - high)) ** RHO
}
