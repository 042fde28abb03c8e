/** What can be done with a job that is not finished. */
import ArrowDown from '@lucide/svelte/icons/arrow-down'
import ArrowDownToLine from '@lucide/svelte/icons/arrow-down-to-line'
import ArrowUp from '@lucide/svelte/icons/arrow-up'
import ArrowUpToLine from '@lucide/svelte/icons/arrow-up-to-line'
import Pause from '@lucide/svelte/icons/pause'
import Play from '@lucide/svelte/icons/play'
import X from '@lucide/svelte/icons/x'
import type { JobView } from '#shared/contract/jobs.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { MenuEntry } from '#renderer/ui/Menu/menu-entry.ts'
import * as m from '#renderer/paraglide/messages.js'
import { cancelJob } from './cancel-job.ts'
import { attemptedEntry, copyEntries } from './copy-entries.ts'

/** Where it can go by a step, if it waits: a finger has no drag and no Alt. */
interface Steps {
  readonly up?: (() => Promise<unknown>) | undefined
  readonly down?: (() => Promise<unknown>) | undefined
}

export function jobEntries(studio: StudioState, job: JobView, { up, down }: Steps = {}): MenuEntry[] {
  const { api, toasts } = studio
  const { id, state } = job
  const entry = attemptedEntry(toasts)
  const order =
    state === 'running'
      ? []
      : [
          ...(up === undefined ? [] : [entry(m.queue_up(), ArrowUp, up)]),
          ...(down === undefined ? [] : [entry(m.queue_down(), ArrowDown, down)]),
          entry(m.queue_to_front(), ArrowUpToLine, () => api.jobs.moveToFront({ id })),
          entry(m.queue_to_end(), ArrowDownToLine, () => api.jobs.moveToEnd({ id })),
        ]
  const pause =
    state === 'paused'
      ? entry(m.queue_resume_job(), Play, () => api.jobs.resume({ id }))
      : entry(m.queue_pause_job(), Pause, () => api.jobs.pause({ id }))
  const cancel: MenuEntry = {
    label: m.queue_cancel_job(),
    icon: X,
    run: () => {
      cancelJob(studio, job)
    },
  }
  return [...order, pause, ...copyEntries(studio, job), 'separator', cancel]
}
