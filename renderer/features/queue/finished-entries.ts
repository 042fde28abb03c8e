/** What can be done with a job that is over. */
import ListX from '@lucide/svelte/icons/list-x'
import RotateCcw from '@lucide/svelte/icons/rotate-ccw'
import type { JobView } from '#shared/contract/jobs.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { MenuEntry } from '#renderer/ui/Menu/menu-entry.ts'
import * as m from '#renderer/paraglide/messages.js'
import { attemptedEntry, copyEntries } from './copy-entries.ts'

export function finishedEntries(studio: StudioState, job: JobView): MenuEntry[] {
  const { api, toasts } = studio
  const { id, itemCounts } = job
  const entry = attemptedEntry(toasts)
  const undone = (itemCounts.cancelled ?? 0) + (itemCounts.failed ?? 0) + (itemCounts['set-aside'] ?? 0)
  return [
    ...(undone > 0 ? [entry(m.queue_retry(), RotateCcw, () => api.jobs.retry({ id }))] : []),
    ...copyEntries(studio, job),
    entry(m.queue_dismiss(), ListX, () => api.jobs.remove({ id })),
  ]
}
