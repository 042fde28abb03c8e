/** What panels are called. */
import type { Panel } from '#renderer/state/route.svelte.ts'
import * as m from '#renderer/paraglide/messages.js'

const NAMES: Record<Panel, () => string> = {
  batch: m.shell_batch,
  'image-to-image': m.shell_image_to_image,
  history: m.shell_history,
  models: m.shell_models,
  settings: m.shell_settings,
}

export function panelName(panel: Panel): string {
  return NAMES[panel]()
}
