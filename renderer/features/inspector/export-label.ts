/** What exporting these images does here. */
import { desktop } from '#renderer/api/desktop.svelte.ts'
import * as m from '#renderer/paraglide/messages.js'

export function exportLabel({ length: count }: readonly number[]): string {
  if (count === 1) return m.inspector_export()
  return desktop === undefined ? m.inspector_export_zip({ count }) : m.desktop_export_many({ count })
}
