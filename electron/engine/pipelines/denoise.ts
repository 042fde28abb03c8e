/**
 * The denoising loop over one micro-batch: a prediction, then a scheduler step, and what is hooked around it.
 * Order of operations as in diffusers StableDiffusionPipeline.__call__.
 */
import { setImmediate } from 'node:timers/promises'
import { AppError } from '#shared/errors.ts'
import type { TorchCpuGenerator } from '#engine/random/torch-generator.ts'
import type { Scheduler } from '#engine/schedulers/scheduler.ts'
import { requireFinite } from '#engine/tensor/require-finite.ts'
import type { Tensor } from '#engine/tensor/tensor.ts'
import type { Predict } from './guidance.ts'

/** A step that was taken. */
export interface Step {
  /** Into the scheduler's timesteps. */
  readonly index: number
  /** After the step. */
  readonly latents: Tensor
  /** Works out the clean latents that the model saw in this step's sample. */
  readonly original: () => Tensor
}

/** Sees every step, and may put other latents in the place of those it gave. */
export type StepHook = (step: Step) => Tensor | undefined

export interface DenoiseOptions {
  readonly scheduler: Scheduler
  /** Steps from … to (exclusive) of the scheduler; default: all. */
  readonly from?: number
  readonly to?: number
  /** One per image, in the order of the batch; ancestral schedulers draw from them at every step. */
  readonly generators: readonly TorchCpuGenerator[]
  readonly signal: AbortSignal
  /** In this order. */
  readonly hooks: readonly StepHook[]
}

/**
 * @param initial noisy latents [n, C, h, w]; not written
 * @returns latents [n, C, h, w] after the last step
 * @throws {AppError} `cancelled` between two steps, `not-finite`
 */
export async function denoise(predict: Predict, initial: Tensor, options: DenoiseOptions): Promise<Tensor> {
  const { scheduler, generators, signal, hooks } = options
  const { shape } = initial
  const noise = (): Float32Array => drawPerImage(generators, initial.data.length / generators.length)

  let latents = initial
  const { from = 0, to = scheduler.timesteps.length } = options
  for (let index = from; index < to; index++) {
    // lets a cancel message in: everything else here blocks the event loop
    await setImmediate()
    if (signal.aborted) throw new AppError('cancelled', 'cancelled between two steps')
    const sample = latents.data
    const scaled = { shape, data: scheduler.scaleModelInput(sample, index) }
    const output = await predict(scaled, scheduler.timesteps[index])
    latents = { shape, data: scheduler.step(output, index, sample, noise) }
    requireFinite(latents.data, `the latents of step ${index + 1}`)
    for (const hook of hooks) {
      const original = (): Tensor => ({ shape, data: scheduler.predictedOriginal(output, index, sample) })
      latents = hook({ index, latents, original }) ?? latents
    }
  }
  return latents
}

/** `count` normal values from each image's own generator, joined. */
export function drawPerImage(generators: readonly TorchCpuGenerator[], count: number): Float32Array {
  const data = new Float32Array(generators.length * count)
  generators.forEach((generator, i) => {
    data.set(generator.randn(count), i * count)
  })
  return data
}
