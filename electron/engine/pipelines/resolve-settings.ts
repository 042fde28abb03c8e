/** Fills a request's gaps from the model and checks every number, before anything is computed. */
import { AppError } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import { requireSizeMultiple } from '#shared/image-size.ts'
import type { ResizeMode, SchedulerName, SigmaSchedule } from '#shared/names.ts'
import { modelDefaults } from '#engine/checkpoints/model-defaults.ts'
import type { LoadedModel } from './loaded-model.ts'

/** Everything that all images of a request have in common, with nothing left open. */
export interface ResolvedSettings {
  readonly numInferenceSteps: number
  readonly guidanceScale: number
  readonly scheduler: SchedulerName
  readonly sigmas: SigmaSchedule
  /** Text-to-image: given or the model's. Image-to-image: only if given; each input has its own otherwise. */
  readonly widthPx: number | undefined
  readonly heightPx: number | undefined
  readonly strength: number
  readonly resizeMode: ResizeMode | undefined
}

/** @throws {AppError} `size-not-divisible`, `strength-out-of-range`, `invalid-argument`, and what `modelDefaults` throws */
export function resolveSettings(request: GenerationRequest, model: LoadedModel): ResolvedSettings {
  const { components, latents } = model
  const { architecture, schedulerConfig, defaults: author } = model.checkpoint
  const defaults = modelDefaults({ architecture, components, schedulerConfig, author })
  const settings = {
    numInferenceSteps: request.numInferenceSteps ?? defaults.numInferenceSteps,
    guidanceScale: request.guidanceScale ?? defaults.guidanceScale,
    scheduler: request.scheduler ?? defaults.scheduler,
    // a model's own spacing goes with its own scheduler only
    sigmas: request.sigmas ?? (request.scheduler === undefined ? defaults.sigmas : 'default'),
    strength: request.strength ?? defaults.strength,
    resizeMode: request.resizeMode,
  }
  if (!Number.isFinite(settings.guidanceScale)) {
    throw new AppError('invalid-argument', `guidance must be a finite number, not ${settings.guidanceScale}`)
  }
  const isTextToImage = request.kind === 'text-to-image'
  const widthPx = request.widthPx ?? (isTextToImage ? defaults.widthPx : undefined)
  const heightPx = request.heightPx ?? (isTextToImage ? defaults.heightPx : undefined)
  requireSizeMultiple({ widthPx, heightPx }, latents.sizeMultiplePx)
  if (!isTextToImage && !(settings.strength > 0 && settings.strength <= 1)) {
    throw new AppError('strength-out-of-range', `strength must be above 0 and at most 1, not ${settings.strength}`)
  }
  return { ...settings, widthPx, heightPx }
}
