/** The menu of the chosen images. */
import {
  Columns2,
  Copy,
  Download,
  FolderOpen,
  Heart,
  ImageUp,
  Lock,
  Maximize,
  RefreshCw,
  Sparkles,
  Trash,
  Undo2,
} from '@lucide/svelte'
import { desktop } from '#renderer/api/desktop.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { MenuEntry } from '#renderer/ui/Menu/menu-entry.ts'
import * as m from '#renderer/paraglide/messages.js'
import { exportLabel } from './export-label.ts'
import { reproduceImages } from './reproduce-images.ts'
import { sendToBatch } from './send-to-batch.ts'
import { lockSeed } from '#renderer/features/batch/lock-seed.ts'
import { toggleFavourite } from './toggle-favourite.ts'

export function imageMenu(studio: StudioState, isTrash: boolean): MenuEntry[] {
  const { actions, images, overlays, selection, shortcuts, toasts } = studio
  const { ids } = selection
  const id = selection.id
  if (id === undefined) return [{ label: m.inspector_choose_first(), run: () => undefined, disabled: true }]
  const one = (use: (image: Awaited<ReturnType<typeof images.load>>) => void) => (): void => {
    toasts.attempt(async () => {
      use(await images.load(id))
    })
  }
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
      disabled: ids.length < 2,
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
    {
      label: m.inspector_send_to_batch(),
      icon: Sparkles,
      run: one((image) => {
        sendToBatch(studio, image)
      }),
    },
    {
      label: m.batch_lock_seed(),
      icon: Lock,
      run: one((image) => {
        if (image.seed !== undefined) lockSeed(studio, image.seed)
      }),
    },
    {
      label: m.inspector_use_as_input(),
      icon: ImageUp,
      keys: shortcuts.hint('image.input'),
      run: () => {
        actions.useAsInput(ids)
      },
    },
    {
      label: m.inspector_copy_prompt(),
      icon: Copy,
      run: one((image) => {
        if (image.prompt === undefined) toasts.info(m.inspector_not_known())
        else actions.copy(image.prompt, m.inspector_prompt_copied())
      }),
    },
    'separator',
    {
      label: m.inspector_favourite(),
      icon: Heart,
      keys: shortcuts.hint('image.favourite'),
      run: () => {
        toggleFavourite(studio, ids)
      },
    },
    {
      label: exportLabel(ids),
      icon: Download,
      run: () => {
        actions.export(ids)
      },
    },
    ...showInFolder(studio, id),
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

function showInFolder({ toasts }: StudioState, id: number): MenuEntry[] {
  const app = desktop?.app
  if (app === undefined) return []
  const run = (): void => {
    toasts.attempt(() => app.showImage({ id }))
  }
  return [{ label: m.desktop_show_in_folder(), icon: FolderOpen, run }]
}
