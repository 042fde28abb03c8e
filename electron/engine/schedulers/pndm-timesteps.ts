/**
 * The order in which PNDM visits timesteps. Must match diffusers' PNDMScheduler.set_timesteps.
 */
import { AppError } from '#shared/errors.ts'

/** Steps done by Runge–Kutta before the multistep formula has enough history. */
const PRK_STEPS = 4

/** @throws {AppError} `steps-out-of-range` with fewer inference steps than the Runge–Kutta start takes */
export function requireStepsForPrk(numInferenceSteps: number): void {
  if (numInferenceSteps >= PRK_STEPS) return
  throw new AppError(
    'steps-out-of-range',
    `PNDM without skip_prk_steps takes at least ${PRK_STEPS} inference steps; got ${numInferenceSteps}`,
    { data: { numInferenceSteps, min: PRK_STEPS } },
  )
}

/**
 * Runge–Kutta visits, for each of its steps: the start, the middle twice, the end.
 *
 * @param timesteps from noisy to clean, at least 4
 * @param halfStep  half the distance between two timesteps, rounded down
 */
export function prkTimesteps(timesteps: readonly number[], halfStep: number): number[] {
  const points = timesteps.slice(0, PRK_STEPS).toReversed()
  const withMiddles = points.flatMap((t) => [t, t + halfStep])
  return withMiddles
    .slice(0, -1)
    .flatMap((t) => [t, t])
    .slice(1, -1)
    .toReversed()
}

/** The rest: all but the first three after Runge–Kutta, else all with the second one twice. */
export function plmsTimesteps(timesteps: readonly number[], skipPrk: boolean): number[] {
  if (!skipPrk) return timesteps.slice(PRK_STEPS - 1)
  return [timesteps[0], ...timesteps.slice(1, 2), ...timesteps.slice(1)]
}
