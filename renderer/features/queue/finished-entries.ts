/** What can be done with a job that is over. */
import CopyPlus from '@lucide/svelte/icons/copy-plus'
import Dices from '@lucide/svelte/icons/dices'
import ListX from '@lucide/svelte/icons/list-x'
import RotateCcw from '@lucide/svelte/icons/rotate-ccw'
import type { JobView } from '#shared/contract/jobs.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { MenuEntry } from '#renderer/ui/Menu/menu-entry.ts'
import * as m from '#renderer/paraglide/messages.js'

export function finishedEntries(
  { api, toasts }: StudioState,
  { id, itemCounts, isReproduction }: JobView,
): MenuEntry[] {
  const entry = (label: string, icon: typeof ListX, run: () => Promise<unknown>): MenuEntry => ({
    label,
    icon,
    run: () => {
      toasts.attempt(run)
    },
  })
  const undone = (itemCounts.cancelled ?? 0) + (itemCounts.failed ?? 0) + (itemCounts['set-aside'] ?? 0)
  return [
    ...(undone > 0 ? [entry(m.queue_retry(), RotateCcw, () => api.jobs.retry({ id }))] : []),
    ...(isReproduction
      ? []
      : [
          entry(m.queue_duplicate(), CopyPlus, () => api.jobs.duplicate({ id })),
          entry(m.queue_duplicate_new_seeds(), Dices, () => api.jobs.duplicate({ id, newSeeds: true })),
        ]),
    entry(m.queue_dismiss(), ListX, () => api.jobs.remove({ id })),
  ]
}
