/** Opens the viewer on what a job made; next and previous lead through its images. */
import type { JobView } from '#shared/contract/jobs.ts'
import { sequenceOf } from '#renderer/state/overlays.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'

const ITEMS_PER_CALL = 1_000

export function showImages({ api, overlays, toasts }: StudioState, { id: jobId }: Pick<JobView, 'id'>): void {
  toasts.attempt(async () => {
    const ids: number[] = []
    for (let fromIndex = 0; ; fromIndex += ITEMS_PER_CALL) {
      const items = await api.jobs.items({ jobId, fromIndex, limit: ITEMS_PER_CALL })
      for (const { state, imageId, reproducesImageId } of items) {
        const id = imageId ?? reproducesImageId
        if (state === 'done' && id !== null) ids.push(id)
      }
      if (items.length < ITEMS_PER_CALL) break
    }
    const [first] = ids
    if (ids.length > 0) overlays.view(first, sequenceOf(ids))
  })
}
