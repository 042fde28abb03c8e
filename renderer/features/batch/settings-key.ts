/** What tells two sets of settings apart: images of one set are made by one job. */
import type { GenerationSettings } from '#renderer/state/generation-draft.svelte.ts'

export function settingsKey(modelId: number | undefined, settings: GenerationSettings): string {
  return JSON.stringify([modelId, Object.entries(settings).sort()])
}
