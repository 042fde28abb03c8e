/**
 * The wall under mouse and finger. A click chooses, with Ctrl or on the mark in a tile's corner it adds, with Shift it
 * extends; twice opens. A finger opens what it chose before, and adds while several are chosen; held down, it has the
 * menu.
 */
import { DRAGGED_IMAGES } from '#renderer/state/dropped-files.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { HistoryState } from './history-state.svelte.ts'
import type { WallSelection } from './wall-selection.svelte.ts'

/** The corner with the mark, pixels. */
const MARK_PX = 36
/** Held longer it is no tap. */
const HOLD_MS = 400

export interface UnderPointer {
  readonly studio: StudioState
  readonly history: HistoryState
  readonly selection: WallSelection
  readonly open: (id: number) => void
}

export class WallPointer {
  readonly #under: UnderPointer
  #downMs = 0
  #holdTimer: ReturnType<typeof setTimeout> | undefined

  constructor(under: UnderPointer) {
    this.#under = under
  }

  down(event: PointerEvent): void {
    this.#downMs = performance.now()
    clearTimeout(this.#holdTimer)
    // the menu that comes then is about what is chosen
    if (event.pointerType === 'touch') {
      this.#holdTimer = setTimeout(() => {
        this.chooseUnder(event)
      }, HOLD_MS)
    }
  }

  /** Lifted, or the wall is scrolled. */
  lifted(): void {
    clearTimeout(this.#holdTimer)
  }

  click(event: MouseEvent): void {
    const { history, selection, studio, open } = this.#under
    const tile = tileOf(event)
    if (tile === undefined) {
      selection.clear()
      return
    }
    const isTouch = (event as PointerEvent).pointerType === 'touch'
    if (isTouch && performance.now() - this.#downMs > HOLD_MS) return
    const { ids } = studio.selection
    const id = history.at(tile.index)?.id
    const toggle = event.ctrlKey || event.metaKey || tile.isMark || (isTouch && ids.length > 1)
    if (isTouch && !toggle && ids.length === 1 && ids[0] === id) open(id)
    else selection.choose(tile.index, { extend: event.shiftKey, toggle })
  }

  doubleClick(event: MouseEvent): void {
    const tile = tileOf(event)
    const image = tile && !tile.isMark ? this.#under.history.at(tile.index) : undefined
    if (image !== undefined) this.#under.open(image.id)
  }

  /** Unless it is among what is chosen already. */
  chooseUnder(event: Event): void {
    const { history, selection, studio } = this.#under
    const tile = tileOf(event)
    const image = tile && history.at(tile.index)
    if (image !== undefined && !studio.selection.has(image.id)) selection.choose(tile!.index)
  }

  drag(event: DragEvent): void {
    const { history, studio } = this.#under
    const tile = tileOf(event)
    const image = tile && history.at(tile.index)
    if (image === undefined || event.dataTransfer === null) return
    const ids = studio.selection.has(image.id) ? [...studio.selection.ids] : [image.id]
    if (studio.actions.dragOut(event, ids)) return
    const address = new URL(`images/${image.id}`, document.baseURI).href
    event.dataTransfer.setData('text/uri-list', address)
    event.dataTransfer.setData(DRAGGED_IMAGES, JSON.stringify(ids))
    // out to the desktop, where the browser can
    event.dataTransfer.setData('DownloadURL', `image/png:${image.id}.png:${address}`)
    event.dataTransfer.effectAllowed = 'copy'
  }
}

function tileOf(event: Event): { index: number; isMark: boolean } | undefined {
  const tile = (event.target as Element).closest<HTMLElement>('[data-index]')
  if (tile === null) return undefined
  const { left, top } = tile.getBoundingClientRect()
  const { clientX, clientY } = event as MouseEvent
  return { index: Number(tile.dataset.index), isMark: clientX - left < MARK_PX && clientY - top < MARK_PX }
}
