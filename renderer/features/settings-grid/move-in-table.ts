/** Arrow keys in a table: from a cell with a button to the next one in that direction. */

const STEPS: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

export function moveInTable(event: KeyboardEvent): void {
  const step = STEPS[event.key] as (typeof STEPS)[string] | undefined
  const cell = (event.target as Element).closest('td')
  const table = cell?.closest('table')
  if (
    step === undefined ||
    cell === null ||
    table === null ||
    table === undefined ||
    event.altKey ||
    event.ctrlKey ||
    event.metaKey
  )
    return
  event.preventDefault()
  const { rows } = table.tBodies[0]
  let row = (cell.parentElement as HTMLTableRowElement).sectionRowIndex
  let column = cell.cellIndex
  for (;;) {
    row += step[0]
    column += step[1]
    const next = rows.item(row)?.cells.item(column)
    if (next === null || next === undefined) return
    const button = next.querySelector('button')
    if (button === null) continue
    button.focus()
    return
  }
}
