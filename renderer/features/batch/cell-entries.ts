/** What can be done with a cell of the grid. */
import Columns2 from '@lucide/svelte/icons/columns-2'
import CopyIcon from '@lucide/svelte/icons/copy'
import Dices from '@lucide/svelte/icons/dices'
import ImageDown from '@lucide/svelte/icons/image-down'
import Info from '@lucide/svelte/icons/info'
import Lock from '@lucide/svelte/icons/lock'
import PencilLine from '@lucide/svelte/icons/pencil-line'
import Repeat2 from '@lucide/svelte/icons/repeat-2'
import RotateCcw from '@lucide/svelte/icons/rotate-ccw'
import X from '@lucide/svelte/icons/x'
import type { ItemView } from '#shared/contract/jobs.ts'
import { MAX_IMAGES_PER_PROMPT, type RowSettings } from '#renderer/state/batch-draft.svelte.ts'
import type { GenerationSettings } from '#renderer/state/generation-draft.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { MenuEntry } from '#renderer/ui/Menu/menu-entry.ts'
import * as m from '#renderer/paraglide/messages.js'
import { lockSeed } from './lock-seed.ts'
import type { PlannedImage } from './plan.ts'

const MORE_SEEDS = 4

export interface Cell {
  readonly image: PlannedImage
  readonly item: ItemView | undefined
  readonly rowId: number | undefined
}

export function cellEntries(studio: StudioState, { image, item, rowId }: Cell): MenuEntry[] {
  const { batch, api, toasts, actions, overlays, selection, generation } = studio
  const imageId = item?.imageId ?? undefined
  const row = batch.rows.find(({ id }) => id === rowId)
  const entries: MenuEntry[] = [
    {
      label: m.batch_keep_seed(),
      icon: PencilLine,
      run: () => {
        const after = rowId === undefined ? {} : { rowId }
        batch.keepSeed(image, { ...after, settings: ownSettings(image, generation.settings) })
      },
    },
    {
      label: m.batch_lock_seed(),
      icon: Lock,
      run: () => {
        lockSeed(studio, BigInt(image.seed))
      },
    },
  ]
  if (row !== undefined) {
    entries.push({
      label: m.batch_more_seeds({ count: MORE_SEEDS }),
      icon: Dices,
      run: () => {
        const count = (row.count ?? batch.imagesPerPrompt) + MORE_SEEDS
        batch.change(row.id, { count: Math.min(MAX_IMAGES_PER_PROMPT, count) })
      },
    })
  }
  entries.push(
    {
      label: m.inspector_copy_prompt(),
      icon: CopyIcon,
      run: () => {
        actions.copy(image.prompt, m.inspector_prompt_copied())
      },
    },
    {
      label: m.inspector_copy_seed(),
      icon: CopyIcon,
      run: () => {
        actions.copy(image.seed, m.inspector_seed_copied({ seed: image.seed }))
      },
    },
  )
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

/** What the image does not share with all. */
function ownSettings(image: PlannedImage, common: GenerationSettings): RowSettings {
  const names = ['numInferenceSteps', 'guidanceScale', 'widthPx', 'heightPx'] as const
  const own: Partial<Record<keyof RowSettings, number>> = {}
  for (const name of names) {
    const value = image.settings[name]
    if (value !== undefined && value !== common[name]) own[name] = value
  }
  return own
}
