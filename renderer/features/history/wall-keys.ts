/** Keys on the wall: arrows move, with Shift they extend the selection, Enter and Space open. */
import type { WallSelection } from './wall-selection.svelte.ts'
import type { Direction, WallLayout } from './wall-layout.ts'

interface OnWall {
  readonly layout: WallLayout
  readonly selection: WallSelection
  /** Lines in view. */
  readonly page: number
  readonly jumpTo: (index: number) => void
  readonly open: (id: number) => void
}

const DIRECTIONS: Readonly<Partial<Record<string, Direction>>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'line-start',
  End: 'line-end',
}

/** @returns whether the key meant something */
export function pressOnWall(event: KeyboardEvent, { layout, selection, page, jumpTo, open }: OnWall): boolean {
  const isMod = event.ctrlKey || event.metaKey
  if (layout.imageCount === 0 || event.altKey) return false
  const move = (index: number): true => {
    selection.choose(index, { extend: event.shiftKey })
    jumpTo(index)
    return true
  }
  const at = selection.focusIndex
  const direction = DIRECTIONS[event.key]
  if (direction === 'line-start' && isMod) return move(layout.move(at, 'start'))
  if (direction === 'line-end' && isMod) return move(layout.move(at, 'end'))
  if (direction !== undefined && !isMod) return move(selection.isEmpty ? at : layout.move(at, direction))
  if (event.key === 'PageDown' || event.key === 'PageUp') {
    let index = at
    for (let line = 0; line < page; line++) index = layout.move(index, event.key === 'PageUp' ? 'up' : 'down')
    return move(index)
  }
  if ((event.key === 'Enter' || event.key === ' ') && !isMod) {
    selection.withFocused(open)
    return true
  }
  if (isMod && event.key.toLowerCase() === 'a') {
    selection.chooseAll()
    return true
  }
  if (event.key === 'Escape' && !selection.isEmpty) {
    selection.clear()
    return true
  }
  return false
}
