/** Stops jobs, with a way back: what they had made stays, the rest waits again. */
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

/** Those that wait first: else each would begin for a moment. */
export function cancelAll({ api, jobs, toasts }: StudioState): void {
  toasts.attempt(async () => {
    const cancelled = jobs.pending.map(({ id }) => id).reverse()
    for (const id of cancelled) await api.jobs.cancel({ id })
    toasts.undo(m.queue_cancelled_all({ count: cancelled.length }), async () => {
      for (const id of cancelled.toReversed()) await api.jobs.retry({ id })
    })
  })
}
