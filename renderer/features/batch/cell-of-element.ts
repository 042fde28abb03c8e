/** Which cell an element of the page belongs to: one menu serves all cells of a grid, however many there are. */
import type { Cell } from './cell-entries.ts'

const cells = new WeakMap<Element, () => Cell>()

/** For `{@attach …}`. */
export function belongsTo(cell: () => Cell): (element: Element) => void {
  return (element) => {
    cells.set(element, cell)
  }
}

export function cellOf(target: EventTarget | null): Cell | undefined {
  for (let element = target instanceof Element ? target : null; element !== null; element = element.parentElement) {
    const cell = cells.get(element)
    if (cell !== undefined) return cell()
  }
  return undefined
}
