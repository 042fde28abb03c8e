/**
 * Where image-to-image starts in the list of steps.
 */
import { AppError } from '#shared/errors.ts'

/**
 * Number of first steps to leave out: of n steps, int(n · strength) are run. In double arithmetic, as Python's: 49
 * steps at strength 1/49 run none. Must match get_timesteps of diffusers' StableDiffusionImg2ImgPipeline.
 *
 * @param strength 0 … 1: how much of the input image is replaced
 * @returns 0 … n − 1
 * @throws {AppError} `strength-out-of-range` outside 0 … 1, or when no step is left; the message names the least
 *   strength that leaves one
 */
export function imageToImageBeginIndex(numInferenceSteps: number, strength: number): number {
  const run = Math.min(Math.trunc(numInferenceSteps * strength), numInferenceSteps)
  if (strength >= 0 && strength <= 1 && run >= 1) return numInferenceSteps - run
  const least = leastStrength(numInferenceSteps)
  throw new AppError(
    'strength-out-of-range',
    `strength is ${least} to 1 with ${numInferenceSteps} steps, so that at least one step is run; got ${strength}`,
    { data: { strength, numInferenceSteps, min: least, max: 1 } },
  )
}

/** The least strength, to three digits or as many as are needed, with which one step is run. */
function leastStrength(numInferenceSteps: number): number {
  const scale = 10 ** Math.max(3, String(numInferenceSteps).length)
  return Math.ceil(scale / numInferenceSteps) / scale
}
