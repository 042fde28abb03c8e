/** What can be done with a cell of the grid. */
import Columns2 from '@lucide/svelte/icons/columns-2'
import CopyIcon from '@lucide/svelte/icons/copy'
import Dices from '@lucide/svelte/icons/dices'
import ImageDown from '@lucide/svelte/icons/image-down'
import Info from '@lucide/svelte/icons/info'
import PencilLine from '@lucide/svelte/icons/pencil-line'
import Repeat2 from '@lucide/svelte/icons/repeat-2'
import RotateCcw from '@lucide/svelte/icons/rotate-ccw'
import X from '@lucide/svelte/icons/x'
import type { ItemView } from '#shared/contract/jobs.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { MenuEntry } from '#renderer/ui/Menu/menu-entry.ts'
import * as m from '#renderer/paraglide/messages.js'
import { focusRow } from './focus-row.ts'
import type { PlannedImage } from './plan.ts'

const MORE_SEEDS = 4

export interface Cell {
  readonly image: PlannedImage
  readonly item: ItemView | undefined
  readonly rowId: number
}

export function cellEntries(studio: StudioState, { image, item, rowId }: Cell): MenuEntry[] {
  const { batch, api, toasts, actions, overlays, selection } = studio
  const imageId = item?.imageId ?? undefined
  const entries: MenuEntry[] = [
    {
      label: m.batch_keep_seed(),
      icon: PencilLine,
      run: () => {
        const id = batch.keepSeed(image.prompt, image.negativePrompt, BigInt(image.seed), rowId)
        // the menu gives the focus back when it closes
        setTimeout(() => void focusRow(id, { select: true }), 50)
      },
    },
    {
      label: m.batch_more_seeds({ count: MORE_SEEDS }),
      icon: Dices,
      run: () => {
        const row = batch.rows.find(({ id }) => id === rowId)
        if (row !== undefined) row.count = (row.count ?? batch.imagesPerPrompt) + MORE_SEEDS
      },
    },
    { label: m.batch_copy_seed(), icon: CopyIcon, run: () => void navigator.clipboard.writeText(image.seed) },
  ]
  if (imageId !== undefined) {
    entries.push(
      'separator',
      {
        label: m.batch_inspect(),
        icon: Info,
        run: () => {
          selection.set(imageId)
          overlays.isInspectorOpen = true
        },
      },
      {
        label: m.batch_use_as_input(),
        icon: ImageDown,
        run: () => {
          actions.useAsInput([imageId])
        },
      },
      {
        label: m.batch_compare(),
        icon: Columns2,
        disabled: selection.id === undefined || selection.id === imageId,
        run: () => {
          overlays.compare([...selection.ids.filter((id) => id !== imageId), imageId])
        },
      },
      {
        label: m.batch_reproduce(),
        icon: Repeat2,
        run: () => {
          overlays.reproduce([imageId])
        },
      },
    )
  } else if (item?.state === 'queued' || item?.state === 'running') {
    const run = (): void => {
      toasts.attempt(() => api.jobs.cancelItem({ itemId: item.id }))
    }
    entries.push('separator', { label: m.batch_cancel_image(), icon: X, run })
  } else if (item !== undefined) {
    const run = (): void => {
      toasts.attempt(() => api.jobs.retryItem({ itemId: item.id }))
    }
    entries.push('separator', { label: m.batch_retry(), icon: RotateCcw, run })
  }
  return entries
}
