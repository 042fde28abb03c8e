/** The menu of the chosen images. */
import { Columns2, Heart, Maximize, RefreshCw, Trash, Undo2 } from '@lucide/svelte'
import { canCompare } from '#renderer/state/overlays.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { MenuEntry } from '#renderer/ui/Menu/menu-entry.ts'
import * as m from '#renderer/paraglide/messages.js'
import { fileEntries, reuseEntries } from './image-entries.ts'
import { reproduceImages } from './reproduce-images.ts'
import { toggleFavourite } from './toggle-favourite.ts'

export function imageMenu(studio: StudioState, isTrash: boolean): MenuEntry[] {
  const { actions, overlays, selection, shortcuts } = studio
  const { ids } = selection
  const id = selection.id
  if (id === undefined) return [{ label: m.inspector_choose_first(), run: () => undefined, disabled: true }]
  return [
    {
      label: m.inspector_open(),
      icon: Maximize,
      keys: shortcuts.hint('history.open'),
      run: () => {
        overlays.view(id, overlays.sequence)
      },
    },
    {
      label: m.inspector_compare(),
      icon: Columns2,
      keys: shortcuts.hint('image.compare'),
      disabled: !canCompare(ids),
      run: () => {
        overlays.compare(ids)
      },
    },
    {
      label: m.inspector_reproduce(),
      icon: RefreshCw,
      keys: shortcuts.hint('image.reproduce'),
      run: () => {
        reproduceImages(studio, ids)
      },
    },
    'separator',
    ...reuseEntries(studio, ids),
    'separator',
    {
      label: m.inspector_favourite(),
      icon: Heart,
      keys: shortcuts.hint('image.favourite'),
      run: () => {
        toggleFavourite(studio, ids)
      },
    },
    ...fileEntries(studio, ids),
    'separator',
    isTrash
      ? {
          label: m.inspector_restore(),
          icon: Undo2,
          keys: shortcuts.hint('image.trash'),
          run: () => {
            actions.restore(ids)
            selection.clear()
          },
        }
      : {
          label: m.inspector_trash(),
          icon: Trash,
          keys: shortcuts.hint('image.trash'),
          danger: true,
          run: () => {
            actions.trash(ids)
            selection.clear()
          },
        },
  ]
}
