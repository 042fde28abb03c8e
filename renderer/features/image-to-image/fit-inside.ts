/** The largest size of a picture's proportions inside a box, for elements that lie exactly over it. */
import type { SizePx } from './place-picture.ts'

/** Small pictures are shown larger, but not without end. */
const MOST_TIMES = 6

export function fitInside(picture: SizePx, box: SizePx): SizePx {
  const scale = Math.min(box.widthPx / picture.widthPx, box.heightPx / picture.heightPx, MOST_TIMES)
  return { widthPx: Math.floor(picture.widthPx * scale), heightPx: Math.floor(picture.heightPx * scale) }
}
