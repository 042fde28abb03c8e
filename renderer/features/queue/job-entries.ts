/** What can be done with a job that is not finished. */
import ArrowDownToLine from '@lucide/svelte/icons/arrow-down-to-line'
import ArrowUpToLine from '@lucide/svelte/icons/arrow-up-to-line'
import CopyPlus from '@lucide/svelte/icons/copy-plus'
import Dices from '@lucide/svelte/icons/dices'
import Pause from '@lucide/svelte/icons/pause'
import Play from '@lucide/svelte/icons/play'
import X from '@lucide/svelte/icons/x'
import type { JobView } from '#shared/contract/jobs.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { MenuEntry } from '#renderer/ui/Menu/menu-entry.ts'
import * as m from '#renderer/paraglide/messages.js'

export function jobEntries({ api, toasts }: StudioState, { id, state, isReproduction }: JobView): MenuEntry[] {
  const entry = (label: string, icon: typeof X, run: () => Promise<unknown>): MenuEntry => ({
    label,
    icon,
    run: () => {
      toasts.attempt(run)
    },
  })
  const order =
    state === 'running'
      ? []
      : [
          entry(m.queue_to_front(), ArrowUpToLine, () => api.jobs.moveToFront({ id })),
          entry(m.queue_to_end(), ArrowDownToLine, () => api.jobs.moveToEnd({ id })),
        ]
  const copies = isReproduction
    ? []
    : [
        entry(m.queue_duplicate(), CopyPlus, () => api.jobs.duplicate({ id })),
        entry(m.queue_duplicate_new_seeds(), Dices, () => api.jobs.duplicate({ id, newSeeds: true })),
      ]
  const pause =
    state === 'paused'
      ? entry(m.queue_resume_job(), Play, () => api.jobs.resume({ id }))
      : entry(m.queue_pause_job(), Pause, () => api.jobs.pause({ id }))
  const cancel = async (): Promise<void> => {
    await api.jobs.cancel({ id })
    toasts.undo(m.queue_cancelled(), async () => {
      await api.jobs.retry({ id })
    })
  }
  return [...order, pause, ...copies, 'separator', entry(m.queue_cancel_job(), X, cancel)]
}
