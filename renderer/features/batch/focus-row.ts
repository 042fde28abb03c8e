/** Brings the cursor into a prompt of the grid that is on the page. */

export function promptElementId(rowId: number): string {
  return `batch-prompt-${rowId}`
}

/** @returns whether it is there, and takes the cursor */
export function focusRow(rowId: number, isSelected: boolean): boolean {
  const element = document.getElementById(promptElementId(rowId))
  if (!(element instanceof HTMLTextAreaElement)) return false
  element.focus()
  if (document.activeElement !== element) return false
  if (isSelected) element.select()
  else element.setSelectionRange(element.value.length, element.value.length)
  return true
}
