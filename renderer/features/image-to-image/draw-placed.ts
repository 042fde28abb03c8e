/** Draws a picture as the engine will bring it to a size, edges of `fill` included. */
import type { ResizeMode } from '#shared/names.ts'
import { addNoiseHint, fixedNoise } from './noise-hint.ts'
import { placePicture, type SizePx } from './place-picture.ts'
import type { Mix } from './start-noise.ts'

/** Previews need no more; noise over millions of pixels would make the slider slow. */
const LONGEST_SIDE_PX = 768

let noise: Float32Array = new Float32Array()

/** What the canvas of the preview has: the size itself, or smaller in the same proportions. */
export function previewSize(size: SizePx): SizePx {
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(size.widthPx, size.heightPx))
  return {
    widthPx: Math.max(1, Math.round(size.widthPx * scale)),
    heightPx: Math.max(1, Math.round(size.heightPx * scale)),
  }
}

/** @param mix how much noise is shown over it; undefined: none */
export function drawPlaced(
  canvas: HTMLCanvasElement,
  picture: HTMLImageElement,
  mode: ResizeMode,
  mix: Mix | undefined,
): void {
  const size = { widthPx: canvas.width, heightPx: canvas.height }
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  // transparent parts lie on white, as in the engine
  context.fillStyle = 'white'
  context.fillRect(0, 0, size.widthPx, size.heightPx)
  context.imageSmoothingQuality = 'high'
  const box = placePicture({ widthPx: picture.naturalWidth, heightPx: picture.naturalHeight }, size, mode)
  if (box === undefined) return
  context.drawImage(picture, box.left, box.top, box.width, box.height)
  if (mode === 'fill') extendEdges(context, size, box)
  if (mix === undefined) return
  const pixels = context.getImageData(0, 0, size.widthPx, size.heightPx)
  const count = size.widthPx * size.heightPx * 3
  if (noise.length < count) noise = fixedNoise(count)
  pixels.data.set(addNoiseHint(pixels.data, noise, mix))
  context.putImageData(pixels, 0, 0)
}

function extendEdges(
  context: CanvasRenderingContext2D,
  { widthPx, heightPx }: SizePx,
  { left, top, width, height }: NonNullable<ReturnType<typeof placePicture>>,
): void {
  const { canvas } = context
  const [right, bottom] = [left + width, top + height]
  context.imageSmoothingEnabled = false
  if (left > 0) context.drawImage(canvas, left, 0, 1, heightPx, 0, 0, left, heightPx)
  if (right < widthPx) context.drawImage(canvas, right - 1, 0, 1, heightPx, right, 0, widthPx - right, heightPx)
  if (top > 0) context.drawImage(canvas, 0, top, widthPx, 1, 0, 0, widthPx, top)
  if (bottom < heightPx) context.drawImage(canvas, 0, bottom - 1, widthPx, 1, 0, bottom, widthPx, heightPx - bottom)
  context.imageSmoothingEnabled = true
}
