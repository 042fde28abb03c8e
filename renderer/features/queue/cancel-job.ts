/** Stops a job, with a way back: what it had made stays, the rest waits again. */
import type { JobView } from '#shared/contract/jobs.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import * as m from '#renderer/paraglide/messages.js'

export function cancelJob({ api, toasts }: StudioState, { id }: Pick<JobView, 'id'>): void {
  toasts.attempt(async () => {
    await api.jobs.cancel({ id })
    toasts.undo(m.queue_cancelled(), async () => {
      await api.jobs.retry({ id })
    })
  })
}
