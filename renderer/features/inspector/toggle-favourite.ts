/** A favourite is one no more; of several, all become favourites unless all are. */
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'

export function toggleFavourite({ actions, images, toasts }: StudioState, ids: readonly number[]): void {
  toasts.attempt(async () => {
    // the first says enough of many
    const image = images.get(ids[0]) ?? (await images.load(ids[0]))
    actions.setFavourite(ids, !image.favourite)
  })
}
