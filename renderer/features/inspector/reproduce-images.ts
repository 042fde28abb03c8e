/** Opens the reproduction of images; of those that were not made here it says why not. */
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { historyOf } from '#renderer/features/history/history-state.svelte.ts'
import * as m from '#renderer/paraglide/messages.js'

/** What is not loaded is taken for one of ours: the studio says if it is not. */
export function reproduceImages(studio: StudioState, ids: readonly number[]): void {
  const { images, overlays, toasts } = studio
  const history = historyOf(studio)
  const own = ids.filter((id) => {
    const image = images.get(id) ?? history.find(id)
    return image === undefined || image.origin === 'reprise'
  })
  if (own.length < ids.length) toasts.info(m.reproduce_not_made_here({ count: ids.length - own.length }))
  if (own.length > 0) overlays.reproduce(own)
}
