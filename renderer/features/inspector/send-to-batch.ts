/** The settings of an image as a row of Batch, as far as they are known. */
import type { ImageDetail } from '#shared/contract/history.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { useSettings } from '#renderer/features/drop/use-settings.ts'
import * as m from '#renderer/paraglide/messages.js'

export function sendToBatch(studio: StudioState, image: ImageDetail): void {
  if (image.origin === 'reprise') studio.actions.sendToBatch(image)
  else if (hasPrompt(image))
    studio.toasts.undo(m.carried_used({ count: 1 }), useSettings(studio, 'batch', [image.read]))
  else studio.toasts.info(m.carried_nothing())
}

/** Without one there is nothing to make a row of. */
export function hasPrompt(image: ImageDetail): boolean {
  return image.origin === 'reprise' || image.read.job !== undefined
}
