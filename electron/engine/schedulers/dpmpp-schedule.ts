/**
 * Timesteps and noise levels of the DPM-Solver multistep scheduler. Must match diffusers'
 * DPMSolverMultistepScheduler.set_timesteps; oracle: test/oracles/schedulers.py.
 */
import { f32, sqrt32 } from './float32.ts'
import { alphasCumprod, sigmaOfAlpha, trainingSigmas } from './noise-schedule.ts'
import { interpolate, roundHalfEven } from './numpy-math.ts'
import type { DpmSolverConfig } from './scheduler-config.ts'
import { exponentialSigmas, karrasSigmas, logarithms, luSigmas, timestepOfSigma } from './sigma-spacing.ts'
import { solverTimesteps } from './timesteps.ts'

/** Timesteps, and σ at each of them and at the end (float32 values). */
export function dpmSchedule(config: DpmSolverConfig, count: number): { timesteps: number[]; sigmas: number[] } {
  const alphas = alphasCumprod(config, true)
  const trained = trainingSigmas(alphas)
  const spaced = spacedSigmas(config, trained, count)
  const timesteps = spaced
    ? timestepsOfSigmas(config, spaced, logarithms(trained))
    : solverTimesteps(config, count, endTimestep(config, alphas))
  const sigmas = spaced ?? timesteps.map((t) => interpolate(t, trained))
  const last = config.final_sigmas_type === 'sigma_min' ? sigmaOfAlpha(alphas[0]) : 0
  return { timesteps, sigmas: [...sigmas, last].map(f32) }
}

function spacedSigmas(config: DpmSolverConfig, trained: Float32Array, count: number): number[] | undefined {
  const [lowest, highest] = [trained[0], trained.at(-1)!]
  if (config.use_karras_sigmas) return karrasSigmas(lowest, highest, count)
  if (config.use_lu_lambdas) {
    const logs = logarithms(trained)
    return luSigmas(logs[0], logs.at(-1)!, count)
  }
  if (config.use_exponential_sigmas) return exponentialSigmas(lowest, highest, count)
  return undefined
}

/** Whole timesteps: rounded for Karras and Lu spacing unless the noise schedule is the cosine one, else cut off. */
function timestepsOfSigmas(config: DpmSolverConfig, sigmas: number[], logSigmas: Float32Array): number[] {
  const rounds = (config.use_karras_sigmas || config.use_lu_lambdas) && config.beta_schedule !== 'squaredcos_cap_v2'
  return sigmas.map((sigma) => {
    const timestep = timestepOfSigma(sigma, logSigmas)
    return rounds ? roundHalfEven(timestep) : Math.trunc(timestep)
  })
}

/** Timesteps at and above are noisier than λ = lambda_min_clipped allows. */
function endTimestep(config: DpmSolverConfig, alphas: Float32Array): number {
  const tooNoisy = [...alphas].filter((alpha) => {
    const lambda = f32(f32(Math.log(sqrt32(alpha))) - f32(Math.log(sqrt32(f32(1 - alpha)))))
    return lambda < config.lambda_min_clipped
  })
  return config.num_train_timesteps - tooNoisy.length
}
