import type { GenerationRequest } from '#shared/generation.ts'
import type { PictureOptions } from './picture-options.ts'

type PictureSettings = Pick<
  GenerationRequest,
  | 'numInferenceSteps'
  | 'guidanceScale'
  | 'widthPx'
  | 'heightPx'
  | 'scheduler'
  | 'sigmas'
  | 'strength'
  | 'resizeMode'
  | 'arithmetic'
  | 'emptyNegative'
  | 'originalSize'
  | 'crop'
  | 'targetSize'
>

/** The settings that all images of a request have in common; what was not asked for is left to the model. */
export function pictureSettings(options: PictureOptions): PictureSettings {
  return {
    numInferenceSteps: options.steps,
    guidanceScale: options.guidance,
    widthPx: options.width,
    heightPx: options.height,
    scheduler: options.scheduler,
    sigmas: options.sigmas,
    strength: options.strength,
    resizeMode: options.resizeMode,
    arithmetic: options.arithmetic,
    emptyNegative: options.emptyNegative,
    originalSize: options.originalSize,
    crop: options.crop,
    targetSize: options.targetSize,
  }
}
