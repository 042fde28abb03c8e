/**
 * What every scheduler (sampler) does, whatever its algorithm. Pure arithmetic on plain arrays: a scheduler knows
 * neither the model nor the shape of the latents, so its result cannot depend on how images are batched.
 *
 * Arithmetic is float32, operation by operation in the order of the diffusers 0.42 class it stands for; proven by
 * test/oracles/schedulers.py.
 */
export interface Scheduler {
  /** Training timesteps to run, in order; may be fractional (Euler). Its length is the number of model evaluations. */
  readonly timesteps: readonly number[]

  /** Standard deviation the initial noise is multiplied by (diffusers' init_noise_sigma), a float32 value. */
  readonly initNoiseSigma: number

  /** The sample as the model wants it at `timesteps[i]`; the same array where nothing is scaled. */
  scaleModelInput(sample: Float32Array, i: number): Float32Array

  /**
   * One step, from the noise level of `timesteps[i]` to the next. Steps are taken in order from i = 0, which also
   * forgets the steps of an earlier run.
   *
   * @param modelOutput what the model predicts (after guidance), same length as `sample`
   * @param i           index into `timesteps`
   * @param sample      latents before the step, unscaled
   * @param noise       gives fresh standard normal noise of the same length; called exactly when diffusers draws
   * @returns latents after the step, newly allocated; inputs are neither written nor kept
   * @throws {AppError} `shape-mismatch` if the lengths differ; `internal` if a multistep method is stepped out of order
   */
  step(modelOutput: Float32Array, i: number, sample: Float32Array, noise: () => Float32Array): Float32Array

  /**
   * The clean latents that the model sees in the sample (diffusers' pred_original_sample), from what `step` is called
   * with, before or after it. Not finite where the sample is nothing but noise and the model predicts only that.
   *
   * @returns same length as `sample`; may be `modelOutput` itself
   */
  predictedOriginal(modelOutput: Float32Array, i: number, sample: Float32Array): Float32Array

  /**
   * Clean latents brought to the noise level of `timesteps[i]` (image-to-image), newly allocated.
   *
   * @throws {AppError} `shape-mismatch` if the lengths differ
   */
  addNoise(original: Float32Array, noise: Float32Array, i: number): Float32Array
}
