/**
 * The models that a request's denoising goes through, one after another: one, or a base model and the refiner that takes
 * its latents over while they are still noisy.
 * Must match `denoising_end` and `denoising_start` of diffusers' StableDiffusionXL pipelines.
 */
import { AppError } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import { createScheduler } from '#engine/schedulers/create-scheduler.ts'
import { imageToImageBeginIndex } from '#engine/schedulers/image-to-image-begin.ts'
import type { Scheduler } from '#engine/schedulers/scheduler.ts'
import type { LoadedModel } from './loaded-model.ts'
import type { ResolvedSettings } from './resolve-settings.ts'

export interface Stage {
  readonly model: LoadedModel
  /** A scheduler for one micro-batch, and which of its steps are this stage's (`to` exclusive). */
  newRun(): { readonly scheduler: Scheduler; readonly from: number; readonly to: number }
}

const DEFAULT_REFINER_START = 0.8
const DEFAULT_TRAINING_TIMESTEPS = 1000

/** @throws {AppError} `invalid-argument`, `architecture-unsupported`, and what `createScheduler` throws */
export function stagesOf(
  request: GenerationRequest,
  settings: ResolvedSettings,
  model: LoadedModel,
  refiner: LoadedModel | undefined,
): Stage[] {
  const whole = (scheduler: Scheduler) => ({ scheduler, from: 0, to: scheduler.timesteps.length })
  if (refiner === undefined) {
    const beginIndex =
      request.kind === 'image-to-image'
        ? imageToImageBeginIndex(settings.numInferenceSteps, settings.strength)
        : undefined
    return [{ model, newRun: () => whole(schedulerOf(settings, model, beginIndex)) }]
  }
  checkRefiner(request, model, refiner)
  const start = refinerStart(request)
  const first = schedulerOf(settings, model)
  const to = stepsBefore(first, start, model)
  const second = schedulerOf(settings, refiner)
  const begin = stepsBefore(second, start, refiner)
  if (to === 0 || begin === second.timesteps.length) {
    throw new AppError(
      'invalid-argument',
      `with ${settings.numInferenceSteps} steps, a refiner that takes over at ${start} leaves no step to ${to === 0 ? 'the model' : 'it'}: take more steps, or another point`,
    )
  }
  return [
    { model, newRun: () => ({ scheduler: schedulerOf(settings, model), from: 0, to }) },
    { model: refiner, newRun: () => whole(schedulerOf(settings, refiner, begin)) },
  ]
}

/** @throws {AppError} `invalid-argument` */
export function refinerStart({ refinerStart: start = DEFAULT_REFINER_START }: GenerationRequest): number {
  if (start > 0 && start < 1) return start
  throw new AppError('invalid-argument', `the refiner's start must lie between 0 and 1, not at ${start}`)
}

function schedulerOf(
  { numInferenceSteps, scheduler: name, sigmas }: ResolvedSettings,
  { checkpoint }: LoadedModel,
  beginIndex?: number,
): Scheduler {
  const { schedulerConfig: config, architecture } = checkpoint
  const asInPipeline = architecture.correctsScheduler
  return createScheduler({ name, config, numInferenceSteps, sigmas, asInPipeline, ...(beginIndex && { beginIndex }) })
}

/** Steps whose timestep is not below the point where the refiner begins. */
function stepsBefore(scheduler: Scheduler, start: number, { checkpoint }: LoadedModel): number {
  const { num_train_timesteps: configured } = checkpoint.schedulerConfig
  const training = typeof configured === 'number' ? configured : DEFAULT_TRAINING_TIMESTEPS
  const cutoff = Math.round(training - start * training)
  return scheduler.timesteps.filter((timestep) => timestep >= cutoff).length
}

function checkRefiner(request: GenerationRequest, model: LoadedModel, refiner: LoadedModel): void {
  if (request.kind !== 'text-to-image') {
    throw new AppError('invalid-argument', 'a refiner goes with text-to-image; run it by itself on a picture')
  }
  const [a, b] = [model.latents, refiner.latents]
  if (a.channels === b.channels && a.pixelsPerLatent === b.pixelsPerLatent && refiner.diffusion.conditioner) return
  throw new AppError(
    'architecture-unsupported',
    `${refiner.checkpoint.name} cannot refine what ${model.checkpoint.name} makes: their latents differ`,
  )
}
