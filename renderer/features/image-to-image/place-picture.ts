/**
 * Where a picture lies on the canvas of a generation, in the engine's three ways of resizing, so that the preview shows
 * what will be used. Must match electron/engine/image/resize-rgb.ts, rounding included.
 */
import type { ResizeMode } from '#shared/names.ts'

export interface SizePx {
  readonly widthPx: number
  readonly heightPx: number
}

/** In pixels of the canvas. Crop reaches beyond it. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Undefined: too narrow to be fitted inside. */
export function placePicture(picture: SizePx, canvas: SizePx, mode: ResizeMode): Box | undefined {
  if (mode === 'stretch') return { left: 0, top: 0, width: canvas.widthPx, height: canvas.heightPx }
  const canvasRatio = canvas.widthPx / canvas.heightPx
  const pictureRatio = picture.widthPx / picture.heightPx
  const byWidth = mode === 'crop' ? canvasRatio > pictureRatio : canvasRatio < pictureRatio
  const byHeight = mode === 'crop' ? canvasRatio <= pictureRatio : canvasRatio >= pictureRatio
  const width = byHeight ? Math.floor((picture.widthPx * canvas.heightPx) / picture.heightPx) : canvas.widthPx
  const height = byWidth ? Math.floor((picture.heightPx * canvas.widthPx) / picture.widthPx) : canvas.heightPx
  if (width < 1 || height < 1) return undefined
  return { left: half(canvas.widthPx) - half(width), top: half(canvas.heightPx) - half(height), width, height }
}

/** The size that the engine takes where none is chosen: the picture's own, rounded down to what the model takes. */
export function ownSize({ widthPx, heightPx }: SizePx, multiplePx: number): SizePx {
  return { widthPx: roundedDown(widthPx, multiplePx), heightPx: roundedDown(heightPx, multiplePx) }
}

function roundedDown(px: number, multiplePx: number): number {
  return Math.max(multiplePx, px - (px % multiplePx))
}

function half(n: number): number {
  return Math.floor(n / 2)
}
