/** Models that were dropped: the app adds them where they lie; a browser tells no paths, so that one has to be typed. */
import { desktop } from '#renderer/api/desktop.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'

export function takeModels({ route }: Pick<StudioState, 'route'>, models: readonly File[]): void {
  if (models.length === 0) return
  if (desktop !== undefined) desktop.openDropped(models)
  else route.go('models', { tab: 'folders', name: models[0].name })
}
