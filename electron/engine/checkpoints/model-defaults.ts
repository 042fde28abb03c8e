/** What a model's images are made with where a request says nothing: as its author proposes, then as diffusers does. */
import type { ModelDefaults } from '#shared/model-summary.ts'
import { schedulerNameOf } from '#engine/schedulers/create-scheduler.ts'
import type { AuthorDefaults } from './folder-json.ts'
import type { Architecture, Components } from '#engine/architectures/architecture.ts'

export interface DefaultsSource {
  readonly architecture: Architecture
  readonly components: Components
  /** scheduler_config.json, parsed. */
  readonly schedulerConfig: unknown
  /** Out of reprise.json. */
  readonly author: AuthorDefaults
}

/** @throws {AppError} `model-config-invalid`, `architecture-unsupported` for a scheduler that there is not */
export function modelDefaults({ architecture, components, schedulerConfig, author }: DefaultsSource): ModelDefaults {
  const { widthPx, heightPx } = architecture.latents(components)
  return {
    ...architecture.defaults,
    sigmas: 'default',
    widthPx,
    heightPx,
    ...author,
    scheduler: author.scheduler ?? schedulerNameOf(schedulerConfig),
  }
}
