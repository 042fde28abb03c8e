/**
 * Which training timesteps are run: Table 2 of Lin et al., arXiv:2305.08891, as diffusers rounds it.
 *
 * With `trailing`, numpy's arange comes out one too long for some counts (of 1000: 61, 103, 121, …); its last timestep
 * is then −1. diffusers runs it, and so do we: leaving it out would make another image.
 */
import { f32 } from './float32.ts'
import { arange, linspace, roundHalfEven } from './numpy-math.ts'

export const TIMESTEP_SPACINGS = ['linspace', 'leading', 'trailing'] as const
export type TimestepSpacing = (typeof TIMESTEP_SPACINGS)[number]

export interface SpacingConfig {
  readonly num_train_timesteps: number
  readonly timestep_spacing: TimestepSpacing
  readonly steps_offset: number
}

/** Integer timesteps from noisy to clean, as DDIM and PNDM use them. */
export function integerTimesteps(config: SpacingConfig, count: number): number[] {
  if (config.timestep_spacing !== 'linspace') return leadingOrTrailing(config, count)
  return linspace(0, config.num_train_timesteps - 1, count)
    .map(roundHalfEven)
    .reverse()
}

/** Float32 timesteps from noisy to clean, as the Euler schedulers use them: linspace is not rounded. */
export function fractionalTimesteps(config: SpacingConfig, count: number): number[] {
  if (config.timestep_spacing !== 'linspace') return leadingOrTrailing(config, count)
  return linspace(0, config.num_train_timesteps - 1, count)
    .map(f32)
    .reverse()
}

/**
 * Integer timesteps as DPM-Solver uses them: of count + 1 points the last one, the clean end, is not run.
 *
 * @param end timesteps at and above are left out (lambda_min_clipped)
 */
export function solverTimesteps(config: SpacingConfig, count: number, end: number): number[] {
  switch (config.timestep_spacing) {
    case 'linspace':
      return linspace(0, end - 1, count + 1)
        .map(roundHalfEven)
        .reverse()
        .slice(0, -1)
    case 'leading': {
      const ratio = Math.floor(end / (count + 1))
      return Array.from({ length: count }, (_, i) => (count - i) * ratio + config.steps_offset)
    }
    case 'trailing':
      return arange(end, 0, -(config.num_train_timesteps / count)).map((t) => roundHalfEven(t) - 1)
  }
}

function leadingOrTrailing(config: SpacingConfig, count: number): number[] {
  const trained = config.num_train_timesteps
  if (config.timestep_spacing === 'trailing') {
    return arange(trained, 0, -(trained / count)).map((t) => roundHalfEven(t) - 1)
  }
  const ratio = Math.floor(trained / count)
  return Array.from({ length: count }, (_, i) => (count - 1 - i) * ratio + config.steps_offset)
}
