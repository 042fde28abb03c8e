/** Keys that enlarge what is looked at and move it, in the viewer and in the comparison. */
import type { Shortcuts } from '#renderer/state/shortcuts.svelte.ts'
import { ZOOM_STEP, type Size, type Zoom } from './zoom.svelte.ts'

export interface Zoomed {
  readonly zoom: Zoom
  /** Undefined: it is not there yet. */
  readonly image: () => Size | undefined
  readonly view: () => Size
  readonly within: () => Element
}

/** Of the view's width or height. */
const STEP = 0.15
const FAR_STEP = 0.9
/** Where the part that is seen moves to. */
const DIRECTIONS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** Register it last: while there is more than fits, the arrows move the image. */
export function registerZoomShortcuts(shortcuts: Shortcuts, { zoom, image, view, within }: Zoomed): () => void {
  const isThere = (): boolean => image() !== undefined
  const canPan = (): boolean => isThere() && zoom.exceeds(image()!, view())
  const pan = ({ key }: KeyboardEvent, part: number): void => {
    const [x, y] = DIRECTIONS[key]
    zoom.pan(-x * part * view().widthPx, -y * part * view().heightPx, image()!, view())
  }
  return shortcuts.register(
    {
      id: 'zoom.in',
      within,
      when: isThere,
      run: () => {
        zoom.zoomBy(ZOOM_STEP, image()!, view())
      },
    },
    {
      id: 'zoom.out',
      within,
      when: isThere,
      run: () => {
        zoom.zoomBy(1 / ZOOM_STEP, image()!, view())
      },
    },
    {
      id: 'zoom.toggle',
      within,
      when: isThere,
      run: () => {
        if (zoom.isFit) zoom.showTrueSize(image()!, view())
        else zoom.fit()
      },
    },
    {
      id: 'zoom.pan',
      within,
      when: canPan,
      run: (event) => {
        pan(event, STEP)
      },
    },
    {
      id: 'zoom.pan-far',
      within,
      when: canPan,
      run: (event) => {
        pan(event, FAR_STEP)
      },
    },
  )
}
