/** Files that were opened with the desktop app, dropped on its window or chosen in its dialogs: each to where it is used. */
import type { TakenFiles } from '#shared/contract/desktop.ts'
import { AppError } from '#shared/errors.ts'
import { desktop } from '#renderer/api/desktop.svelte.ts'
import * as m from '#renderer/paraglide/messages.js'
import type { StudioState } from './studio-state.svelte.ts'

/** More at once nobody reads. */
const MAX_TOASTS = 3

type Opening = Pick<StudioState, 'imageToImage' | 'route' | 'toasts'>

/** What the app tells from now on; in a browser nothing. */
export function followDesktop(studio: Opening): void {
  desktop?.follow({
    onOpened: (taken) => {
      showOpened(studio, taken)
    },
    onNotice: (message) => {
      studio.toasts.info(message)
    },
  })
}

export function showOpened(
  { imageToImage, route, toasts }: Opening,
  { inputs, modelCount, problems }: TakenFiles,
): void {
  const failures = problems.map(({ name, error }) => ({ name, error: AppError.fromWire(error) }))
  if (modelCount > 0) toasts.info(m.models_scanned({ count: modelCount }))
  if (inputs.length > 0) {
    imageToImage.add(inputs)
    // the panel says beside its pictures which could not be taken
    imageToImage.failures = failures
    route.go('image-to-image')
    return
  }
  if (modelCount > 0) route.go('models')
  for (const { error } of failures.slice(0, MAX_TOASTS)) toasts.error(error)
}
