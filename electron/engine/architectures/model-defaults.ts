/** What a model's images are made with where a request says nothing: as its author proposes, then as diffusers does. */
import type { ModelDefaults } from '#shared/model-summary.ts'
import { schedulerNameOf } from '#engine/schedulers/create-scheduler.ts'
import type { AuthorDefaults } from './model-folder-config.ts'
import type { UNetConfig } from './unet-config.ts'
import type { VaeConfig } from './vae-config.ts'

/** As diffusers' pipelines have them. */
const DIFFUSERS_DEFAULTS = { numInferenceSteps: 50, guidanceScale: 7.5, strength: 0.8 }

export interface DefaultsSource {
  readonly unet: UNetConfig
  readonly vae: VaeConfig
  /** scheduler_config.json, parsed. */
  readonly schedulerConfig: unknown
  /** Out of reprise.json. */
  readonly author: AuthorDefaults
}

/** @throws {AppError} `model-config-invalid`, `architecture-unsupported` for a scheduler that there is not */
export function modelDefaults({ unet, vae, schedulerConfig, author }: DefaultsSource): ModelDefaults {
  const edge = unet.sampleSize * vae.scaleFactor
  return {
    ...DIFFUSERS_DEFAULTS,
    sigmas: 'default',
    widthPx: edge,
    heightPx: edge,
    ...author,
    scheduler: author.scheduler ?? schedulerNameOf(schedulerConfig),
  }
}
