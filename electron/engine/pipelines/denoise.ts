/**
 * The denoising loop over one micro-batch: classifier-free guidance around the UNet, then a scheduler step.
 * Order of operations as in diffusers StableDiffusionPipeline.__call__.
 */
import { setImmediate } from 'node:timers/promises'
import { AppError } from '#shared/errors.ts'
import { timestepProjection } from '#engine/models/timestep-projection.ts'
import type { TorchCpuGenerator } from '#engine/random/torch-generator.ts'
import type { Scheduler } from '#engine/schedulers/scheduler.ts'
import type { Tensor } from '#engine/tensor/tensor.ts'
import type { LoadedModel } from './loaded-model.ts'
import { requireFinite } from './require-finite.ts'

export interface DenoiseOptions {
  readonly scheduler: Scheduler
  /** One per image, in the order of the batch; ancestral schedulers draw from them at every step. */
  readonly generators: readonly TorchCpuGenerator[]
  /** Per image [1, S, D]. */
  readonly promptEmbeds: readonly Tensor[]
  /** Per image; empty where guidance needs no unconditional pass. */
  readonly negativeEmbeds: readonly Tensor[]
  readonly guidanceScale: number
  readonly signal: AbortSignal
  /**
   * After each step, with the new latents.
   * @param step     1-based
   * @param original works out the clean latents that the model saw in this step's sample
   */
  readonly onStep: (step: number, latents: Tensor, original: () => Tensor) => void
}

/**
 * @param initial noisy latents [n, C, h, w]; not written
 * @returns latents [n, C, h, w] after the last step
 * @throws {AppError} `cancelled` between two steps, `not-finite`
 */
export async function denoise(model: LoadedModel, initial: Tensor, options: DenoiseOptions): Promise<Tensor> {
  const { scheduler, generators, guidanceScale, signal, onStep } = options
  const session = await model.session('unet')
  const embeds = stack([...options.negativeEmbeds, ...options.promptEmbeds])
  const guided = options.negativeEmbeds.length > 0
  const noise = (): Float32Array => drawPerImage(generators, initial.data.length / generators.length)

  let latents = initial
  for (const [i, timestep] of scheduler.timesteps.entries()) {
    // lets a cancel message in: everything else here blocks the event loop
    await setImmediate()
    if (signal.aborted) throw new AppError('cancelled', 'cancelled between two steps')
    const scaled = { shape: latents.shape, data: scheduler.scaleModelInput(latents.data, i) }
    const projection = timestepProjection(timestep, model.unet.levels[0].channels, model.unet)
    const predicted = await session.run({
      sample: guided ? stack([scaled, scaled]) : scaled,
      time_projection: { shape: [1, projection.length], data: projection },
      prompt_embeds: embeds,
    })
    const output = guided ? guide(predicted.data, guidanceScale) : predicted.data
    const { shape, data: sample } = latents
    latents = { shape, data: scheduler.step(output, i, sample, noise) }
    requireFinite(latents.data, `the latents of step ${i + 1}`)
    onStep(i + 1, latents, () => ({ shape, data: scheduler.predictedOriginal(output, i, sample) }))
  }
  return latents
}

/** Joins tensors of one shape along their first axis. */
function stack(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors
  const data = new Float32Array(tensors.reduce((sum, tensor) => sum + tensor.data.length, 0))
  let at = 0
  for (const tensor of tensors) {
    data.set(tensor.data, at)
    at += tensor.data.length
  }
  return { shape: [tensors.reduce((sum, tensor) => sum + tensor.shape[0], 0), ...first.shape.slice(1)], data }
}

/** `count` normal values from each image's own generator, joined. */
export function drawPerImage(generators: readonly TorchCpuGenerator[], count: number): Float32Array {
  const data = new Float32Array(generators.length * count)
  generators.forEach((generator, i) => {
    data.set(generator.randn(count), i * count)
  })
  return data
}

/** uncond + s · (cond − uncond), float32; the first half of `both` is unconditional. */
function guide(both: Float32Array, scale: number): Float32Array {
  const half = both.length / 2
  const out = new Float32Array(half)
  const s = Math.fround(scale)
  for (let i = 0; i < half; i++) {
    const unconditional = both[i]
    out[i] = unconditional + Math.fround(s * Math.fround(both[half + i] - unconditional))
  }
  return out
}
