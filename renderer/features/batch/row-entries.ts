/** What can be done with a row of the grid. */
import ArrowDown from '@lucide/svelte/icons/arrow-down'
import ArrowUp from '@lucide/svelte/icons/arrow-up'
import CircleMinus from '@lucide/svelte/icons/circle-minus'
import CopyPlus from '@lucide/svelte/icons/copy-plus'
import Footprints from '@lucide/svelte/icons/footprints'
import Images from '@lucide/svelte/icons/images'
import Lock from '@lucide/svelte/icons/lock'
import Magnet from '@lucide/svelte/icons/magnet'
import Scaling from '@lucide/svelte/icons/scaling'
import Trash2 from '@lucide/svelte/icons/trash-2'
import type { PromptRow, RowSettings } from '#renderer/state/batch-draft.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { MenuEntry } from '#renderer/ui/Menu/menu-entry.ts'
import * as m from '#renderer/paraglide/messages.js'
import type { BatchGrid } from './batch-grid.svelte.ts'

/** Where a row begins that gets settings of its own, before it is known what its model takes. */
const STANDARD = { numInferenceSteps: 20, guidanceScale: 7.5, widthPx: 512, heightPx: 512 }

export function rowEntries(
  { batch, generation, models, toasts }: StudioState,
  row: PromptRow,
  index: number,
  grid: BatchGrid,
): MenuEntry[] {
  const own = (names: readonly (keyof RowSettings)[]): void => {
    const standard = models.meant(generation.modelId)?.defaults ?? STANDARD
    batch.changeSettings(
      row.id,
      Object.fromEntries(names.map((name) => [name, generation.settings[name] ?? standard[name]])),
    )
  }
  const has = (name: keyof RowSettings): boolean => row.settings?.[name] !== undefined
  return [
    {
      label: m.batch_duplicate_row(),
      icon: CopyPlus,
      run: () => {
        batch.duplicate(row.id)
      },
    },
    {
      label: m.batch_move_up(),
      icon: ArrowUp,
      keys: 'alt+arrowup',
      disabled: index === 0,
      run: () => {
        batch.move(row.id, index - 1)
      },
    },
    {
      label: m.batch_move_down(),
      icon: ArrowDown,
      keys: 'alt+arrowdown',
      disabled: index === batch.rows.length - 1,
      run: () => {
        batch.move(row.id, index + 1)
      },
    },
    'separator',
    {
      label: m.batch_own_negative(),
      icon: CircleMinus,
      disabled: row.negative !== undefined,
      run: () => {
        batch.change(row.id, { negative: batch.negative })
      },
    },
    {
      label: m.batch_own_seed(),
      icon: Lock,
      disabled: row.seed !== undefined,
      run: () => {
        batch.change(row.id, { seed: grid.rows[index].lines.at(0)?.images.at(0)?.seed ?? '1' })
      },
    },
    {
      label: m.batch_own_count(),
      icon: Images,
      disabled: row.count !== undefined,
      run: () => {
        batch.change(row.id, { count: batch.imagesPerPrompt })
      },
    },
    {
      label: m.batch_own_steps(),
      icon: Footprints,
      disabled: has('numInferenceSteps'),
      run: () => {
        own(['numInferenceSteps'])
      },
    },
    {
      label: m.batch_own_guidance(),
      icon: Magnet,
      disabled: has('guidanceScale'),
      run: () => {
        own(['guidanceScale'])
      },
    },
    {
      label: m.batch_own_size(),
      icon: Scaling,
      disabled: has('widthPx') || has('heightPx'),
      run: () => {
        own(['widthPx', 'heightPx'])
      },
    },
    'separator',
    {
      label: m.batch_remove_row(),
      icon: Trash2,
      danger: true,
      run: () => {
        toasts.undo(m.batch_row_removed(), batch.remove(row.id))
      },
    },
  ]
}
