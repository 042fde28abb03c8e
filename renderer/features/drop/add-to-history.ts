/** Pictures become images of the history, their files unchanged. */
import { AppError } from '#shared/errors.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import * as m from '#renderer/paraglide/messages.js'

/** More toasts at once nobody reads. */
const MAX_TOLD = 3

export async function addToHistory({ api, route, toasts }: StudioState, files: readonly File[]): Promise<void> {
  const counts = { added: 0, known: 0 }
  const failures: AppError[] = []
  for (const file of files) {
    try {
      const bytes = new Uint8Array(await file.arrayBuffer())
      const { outcome } = await api.metadata.importImage({ bytes, modifiedAtMs: file.lastModified })
      counts[outcome] += 1
    } catch (error) {
      failures.push(AppError.from(error))
    }
  }
  for (const error of failures.slice(0, MAX_TOLD)) toasts.error(error)
  const told = [
    counts.added > 0 ? m.carried_added({ count: counts.added }) : undefined,
    counts.known > 0 ? m.carried_known({ count: counts.known }) : undefined,
  ].filter((text) => text !== undefined)
  if (told.length === 0) return
  const show = (): void => {
    route.go('history')
  }
  toasts.info(told.join(' '), route.panel === 'history' ? undefined : { label: m.carried_show_history(), run: show })
}
