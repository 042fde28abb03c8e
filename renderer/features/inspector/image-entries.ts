/** What can be made of images, and where their files go: the lines that the menus of the wall and of the viewer share. */
import { Copy, Download, FolderOpen, ImageUp, Lock, Sparkles } from '@lucide/svelte'
import type { ImageDetail } from '#shared/contract/history.ts'
import { desktop } from '#renderer/api/desktop.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { MenuEntry } from '#renderer/ui/Menu/menu-entry.ts'
import * as m from '#renderer/paraglide/messages.js'
import { lockSeed } from '#renderer/features/batch/lock-seed.ts'
import { exportLabel } from './export-label.ts'
import { sendToBatch } from './send-to-batch.ts'

/** What means one image means the last of several. @param ids at least one */
export function reuseEntries(studio: StudioState, ids: readonly number[]): MenuEntry[] {
  const { actions, images, shortcuts, toasts } = studio
  const id = ids.at(-1)!
  const one = (label: string, icon: typeof Copy, use: (image: ImageDetail) => void): MenuEntry => ({
    label,
    icon,
    run: () => {
      toasts.attempt(async () => {
        // at once if it is known: browsers let a page copy only as long as they remember the click
        use(images.get(id) ?? (await images.load(id)))
      })
    },
  })
  const copy = (text: string | undefined, message: string): void => {
    if (text === undefined) toasts.info(m.inspector_not_known())
    else actions.copy(text, message)
  }
  return [
    one(m.inspector_send_to_batch(), Sparkles, (image) => {
      sendToBatch(studio, image)
    }),
    one(m.batch_lock_seed(), Lock, ({ seed }) => {
      if (seed === undefined) toasts.info(m.inspector_not_known())
      else lockSeed(studio, seed)
    }),
    {
      label: m.inspector_use_as_input(),
      icon: ImageUp,
      keys: shortcuts.hint('image.input'),
      run: () => {
        actions.useAsInput(ids)
      },
    },
    one(m.inspector_copy_prompt(), Copy, ({ prompt }) => {
      copy(prompt, m.inspector_prompt_copied())
    }),
    one(m.inspector_copy_seed(), Copy, ({ seed }) => {
      copy(seed?.toString(), m.inspector_seed_copied({ seed: String(seed) }))
    }),
  ]
}

/** @param ids at least one */
export function fileEntries({ actions, toasts }: StudioState, ids: readonly number[]): MenuEntry[] {
  const app = desktop?.app
  const exported: MenuEntry = {
    label: exportLabel(ids),
    icon: Download,
    run: () => {
      actions.export(ids)
    },
  }
  if (app === undefined) return [exported]
  const run = (): void => {
    toasts.attempt(() => app.showImage({ id: ids.at(-1)! }))
  }
  return [exported, { label: m.desktop_show_in_folder(), icon: FolderOpen, run }]
}
