/** Keys for the chosen images, as in any panel that shows some. */
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import * as m from '#renderer/paraglide/messages.js'
import { toggleFavourite } from './toggle-favourite.ts'

/** @param isTrash images that are shown are in the trash */
export function registerImageShortcuts(studio: StudioState, isTrash: () => boolean): () => void {
  const { actions, overlays, selection, shortcuts } = studio
  const when = (): boolean => selection.ids.length > 0 && overlays.viewed === undefined
  const toTrash = (): void => {
    if (isTrash()) actions.restore(selection.ids)
    else actions.trash(selection.ids)
    selection.clear()
  }
  return shortcuts.register(
    {
      id: 'image.favourite',
      keys: 'f',
      label: m.inspector_favourite,
      when,
      run: () => {
        toggleFavourite(studio, selection.ids)
      },
    },
    ...[0, 1, 2, 3, 4, 5].map((rating) => ({
      id: `image.rate-${rating}`,
      keys: String(rating),
      label: () => m.inspector_rate({ rating }),
      when,
      run: () => {
        actions.setRating(selection.ids, rating)
      },
    })),
    {
      id: 'image.compare',
      keys: 'c',
      label: m.inspector_compare,
      when,
      run: () => {
        if (selection.ids.length < 2) studio.toasts.info(m.compare_needs_two())
        else overlays.compare(selection.ids)
      },
    },
    {
      id: 'image.reproduce',
      keys: 'r',
      label: m.inspector_reproduce,
      when,
      run: () => {
        overlays.reproduce(selection.ids)
      },
    },
    {
      id: 'image.input',
      keys: 'i',
      label: m.inspector_use_as_input,
      when,
      run: () => {
        actions.useAsInput(selection.ids)
      },
    },
    { id: 'image.trash', keys: 'delete', label: m.inspector_trash, when, run: toTrash },
    { id: 'image.trash-too', keys: 'backspace', label: m.inspector_trash, when, run: toTrash },
  )
}
