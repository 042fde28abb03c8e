/** Brings the cursor into a prompt of the grid. */
import { tick } from 'svelte'

export function promptElementId(rowId: number): string {
  return `batch-prompt-${rowId}`
}

export async function focusRow(rowId: number | undefined, options: { select?: boolean } = {}): Promise<void> {
  if (rowId === undefined) return
  await tick()
  const element = document.getElementById(promptElementId(rowId))
  if (!(element instanceof HTMLTextAreaElement)) return
  element.focus()
  if (options.select === true) element.select()
  else element.setSelectionRange(element.value.length, element.value.length)
}
