/** Keys that work in every panel. */
import { PANELS } from '#renderer/state/route.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import * as m from '#renderer/paraglide/messages.js'
import { panelName } from './panel-name.ts'

export function registerShellShortcuts(studio: StudioState): () => void {
  return studio.shortcuts.register(
    ...PANELS.map((panel, index) => ({
      id: `shell.${panel}`,
      keys: `mod+${index + 1}`,
      label: () => panelName(panel),
      run: () => {
        studio.route.go(panel)
      },
    })),
    {
      id: 'shell.queue',
      keys: 'q',
      label: m.shell_queue_open,
      run: () => (studio.isQueueOpen = !studio.isQueueOpen),
    },
  )
}
