/**
 * How large an image is shown and which part of it. Kept relative to the image, so that images of different sizes can
 * be looked at together: `ratio` 1 is the whole image, and the centre is a fraction of its width and height.
 */
const MAX_SCALE = 64
/** Above twice its size an image shows its pixels as they are. */
const NEAREST_ABOVE = 2
export const ZOOM_STEP = 1.25

export interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

export class Zoom {
  /** Times the size that fits. */
  ratio = $state(1)
  centreX = $state(0.5)
  centreY = $state(0.5)

  get isFit(): boolean {
    return this.ratio === 1
  }

  fit(): void {
    this.ratio = 1
    this.centreX = 0.5
    this.centreY = 0.5
  }

  /** Every pixel of the image one pixel of the screen. */
  showTrueSize(image: Size, view: Size): void {
    this.zoomTo(1 / devicePixelRatio / fitScale(image, view), image, view)
  }

  zoomBy(factor: number, image: Size, view: Size, at?: { x: number; y: number }): void {
    this.zoomTo(this.ratio * factor, image, view, at)
  }

  /** @param at what stays where it is, px from the middle of the view; absent: the middle */
  zoomTo(ratio: number, image: Size, view: Size, at = { x: 0, y: 0 }): void {
    const fit = fitScale(image, view)
    const next = Math.min(Math.max(ratio, Math.min(1, 0.25 / fit)), MAX_SCALE / fit)
    const [before, after] = [this.ratio * fit, next * fit]
    this.centreX += (at.x / before - at.x / after) / image.widthPx
    this.centreY += (at.y / before - at.y / after) / image.heightPx
    this.ratio = Math.abs(next - 1) < 0.02 ? 1 : next
    this.#keepInView(image, view)
  }

  /** Whether a part of the image lies outside of the view. */
  exceeds(image: Size, view: Size): boolean {
    const scale = this.ratio * fitScale(image, view)
    return image.widthPx * scale > view.widthPx + 1 || image.heightPx * scale > view.heightPx + 1
  }

  /** By so many pixels of the view. */
  pan(x: number, y: number, image: Size, view: Size): void {
    const scale = this.ratio * fitScale(image, view)
    this.centreX -= x / scale / image.widthPx
    this.centreY -= y / scale / image.heightPx
    this.#keepInView(image, view)
  }

  #keepInView(image: Size, view: Size): void {
    const scale = this.ratio * fitScale(image, view)
    this.centreX = clampCentre(this.centreX, view.widthPx / (image.widthPx * scale))
    this.centreY = clampCentre(this.centreY, view.heightPx / (image.heightPx * scale))
  }
}

/** @param seen part of the image that the view can show; 1 and more: all of it */
function clampCentre(centre: number, seen: number): number {
  if (seen >= 1) return 0.5
  return Math.min(Math.max(centre, seen / 2), 1 - seen / 2)
}

/** CSS pixels per image pixel at which it fits; whole numbers where its pixels show, so that all are equally large. */
export function fitScale(image: Size, view: Size): number {
  const scale = Math.min(view.widthPx / image.widthPx, view.heightPx / image.heightPx)
  return scale >= NEAREST_ABOVE ? Math.floor(scale) : Math.max(scale, 1e-6)
}

/** Screen pixels per image pixel. */
export function shownScale(zoom: Zoom, image: Size, view: Size): number {
  return zoom.ratio * fitScale(image, view) * devicePixelRatio
}

export function isPixelated(zoom: Zoom, image: Size, view: Size): boolean {
  return shownScale(zoom, image, view) > NEAREST_ABOVE
}
