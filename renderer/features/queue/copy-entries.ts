/** A job once more, finished or not; a reproduction belongs to the images that it makes again. */
import CopyPlus from '@lucide/svelte/icons/copy-plus'
import Dices from '@lucide/svelte/icons/dices'
import type { JobView } from '#shared/contract/jobs.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { MenuAction } from '#renderer/ui/Menu/menu-entry.ts'
import * as m from '#renderer/paraglide/messages.js'

type MakeEntry = (label: string, icon: typeof Dices, run: () => Promise<unknown>) => MenuAction

/** Lines of menus whose failures are told. */
export function attemptedEntry(toasts: StudioState['toasts']): MakeEntry {
  return (label, icon, run) => ({
    label,
    icon,
    run: () => {
      toasts.attempt(run)
    },
  })
}

export function copyEntries({ api, toasts }: StudioState, { id, isReproduction }: JobView): MenuAction[] {
  if (isReproduction) return []
  const entry = attemptedEntry(toasts)
  return [
    entry(m.queue_duplicate(), CopyPlus, () => api.jobs.duplicate({ id })),
    entry(m.queue_duplicate_new_seeds(), Dices, () => api.jobs.duplicate({ id, newSeeds: true })),
  ]
}
