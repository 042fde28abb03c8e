/** Keys that work in every panel. */
import { PANELS } from '#renderer/state/route.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'

export function registerShellShortcuts(studio: StudioState): () => void {
  return studio.shortcuts.register(
    ...PANELS.map((panel) => ({
      id: `shell.${panel}` as const,
      run: () => {
        studio.route.go(panel)
      },
    })),
    {
      id: 'shell.queue',
      run: () => (studio.isQueueOpen = !studio.isQueueOpen),
    },
    {
      id: 'shell.undo',
      run: () => {
        studio.toasts.undoLatest()
      },
      // in a text it undoes what was typed
      when: () => studio.toasts.canUndo && document.activeElement?.matches('input, textarea') !== true,
    },
  )
}
