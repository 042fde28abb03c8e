/** Keys for the chosen images, as in any panel that shows some. */
import { canCompare } from '#renderer/state/overlays.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import * as m from '#renderer/paraglide/messages.js'
import { reproduceImages } from './reproduce-images.ts'
import { toggleFavourite } from './toggle-favourite.ts'

const RATINGS = [0, 1, 2, 3, 4, 5] as const

/** @param isTrash images that are shown are in the trash */
export function registerImageShortcuts(studio: StudioState, isTrash: () => boolean): () => void {
  const { actions, overlays, selection, shortcuts } = studio
  const when = (): boolean => selection.ids.length > 0
  return shortcuts.register(
    {
      id: 'image.favourite',
      when,
      run: () => {
        toggleFavourite(studio, selection.ids)
      },
    },
    ...RATINGS.map((rating) => ({
      id: `image.rate-${rating}` as const,
      when,
      run: () => {
        actions.setRating(selection.ids, rating)
      },
    })),
    {
      id: 'image.compare',
      when,
      run: () => {
        if (!canCompare(selection.ids)) studio.toasts.info(m.compare_needs_two())
        else overlays.compare(selection.ids)
      },
    },
    {
      id: 'image.reproduce',
      when,
      run: () => {
        reproduceImages(studio, selection.ids)
      },
    },
    {
      id: 'image.input',
      when,
      run: () => {
        actions.useAsInput(selection.ids)
      },
    },
    {
      id: 'image.trash',
      when,
      run: () => {
        if (isTrash()) actions.restore(selection.ids)
        else actions.trash(selection.ids)
        selection.clear()
      },
    },
  )
}
