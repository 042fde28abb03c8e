/** Fills a request's gaps from the model and checks every number, before anything is computed. */
import { AppError } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import type { ResizeMode, SchedulerName, SigmaSchedule } from '#shared/names.ts'
import { schedulerNameOf } from '#engine/schedulers/create-scheduler.ts'
import type { LoadedModel } from './loaded-model.ts'

/** As diffusers' pipelines have them. */
const DIFFUSERS_DEFAULTS = { numInferenceSteps: 50, guidanceScale: 7.5, strength: 0.8 }

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

/** @throws {AppError} `size-not-divisible`, `strength-out-of-range`, `invalid-argument` */
export function resolveSettings(request: GenerationRequest, model: LoadedModel): ResolvedSettings {
  const { defaults } = model.folder
  const settings = {
    numInferenceSteps: request.numInferenceSteps ?? defaults.numInferenceSteps ?? DIFFUSERS_DEFAULTS.numInferenceSteps,
    guidanceScale: request.guidanceScale ?? defaults.guidanceScale ?? DIFFUSERS_DEFAULTS.guidanceScale,
    scheduler: request.scheduler ?? defaults.scheduler ?? schedulerNameOf(model.folder.schedulerConfig),
    // a model's own spacing goes with its own scheduler only
    sigmas: request.sigmas ?? (request.scheduler === undefined ? defaults.sigmas : undefined) ?? 'default',
    strength: request.strength ?? defaults.strength ?? DIFFUSERS_DEFAULTS.strength,
    resizeMode: request.resizeMode,
  }
  if (!Number.isFinite(settings.guidanceScale)) {
    throw new AppError('invalid-argument', `guidance must be a finite number, not ${settings.guidanceScale}`)
  }
  const edge = model.unet.sampleSize * model.vae.scaleFactor
  const isTextToImage = request.kind === 'text-to-image'
  const widthPx = request.widthPx ?? (isTextToImage ? (defaults.widthPx ?? edge) : undefined)
  const heightPx = request.heightPx ?? (isTextToImage ? (defaults.heightPx ?? edge) : undefined)
  checkEdge('width', widthPx, model.vae.scaleFactor)
  checkEdge('height', heightPx, model.vae.scaleFactor)
  if (!isTextToImage && !(settings.strength > 0 && settings.strength <= 1)) {
    throw new AppError('strength-out-of-range', `strength must be above 0 and at most 1, not ${settings.strength}`)
  }
  return { ...settings, widthPx, heightPx }
}

/** @param factor pixels per latent */
function checkEdge(name: string, px: number | undefined, factor: number): void {
  if (px === undefined || (px > 0 && px % factor === 0)) return
  const below = Math.floor(px / factor) * factor
  const nearest = below > 0 ? `${below} or ${below + factor}` : `${factor}`
  throw new AppError(
    'size-not-divisible',
    `${name} ${px} is not a multiple of ${factor}, which this model's VAE needs; the nearest: ${nearest}`,
    { data: { [name]: px, factor } },
  )
}
