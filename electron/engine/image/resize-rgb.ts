/**
 * Bringing an input image to the size of a generation, in the three ways of diffusers' VaeImageProcessor. The
 * arithmetic is its own, odd pixels included; oracle: test/oracles/resize.py, bit-equal.
 */
import { AppError } from '#shared/errors.ts'
import type { ResizeMode } from '#shared/names.ts'
import { BICUBIC, LANCZOS, resample } from './resample.ts'
import type { RgbImage } from './rgb-image.ts'

/**
 * stretch: `resize`, 'default'; crop: `_resize_and_crop`; fill: `_resize_and_fill`.
 * @param widthPx  ≥ 1
 * @param heightPx ≥ 1
 * @returns a new image of exactly this size
 * @throws {AppError} `image-invalid` if fitting an extremely narrow image inside leaves it no pixels
 */
export function resizeRgb(image: RgbImage, widthPx: number, heightPx: number, mode: ResizeMode): RgbImage {
  switch (mode) {
    case 'stretch':
      return resample(image, widthPx, heightPx, LANCZOS)
    case 'crop':
      return paste(canvas(widthPx, heightPx), covering(image, widthPx, heightPx))
    case 'fill':
      return filled(image, widthPx, heightPx)
  }
}

/** The smallest size of the image's own proportions that covers the canvas. */
function covering(image: RgbImage, widthPx: number, heightPx: number): RgbImage {
  const wider = widthPx / heightPx > image.widthPx / image.heightPx
  const width = wider ? widthPx : Math.floor((image.widthPx * heightPx) / image.heightPx)
  const height = wider ? Math.floor((image.heightPx * widthPx) / image.widthPx) : heightPx
  return resample(image, width, height, LANCZOS)
}

function filled(image: RgbImage, widthPx: number, heightPx: number): RgbImage {
  const ratio = widthPx / heightPx
  const imageRatio = image.widthPx / image.heightPx
  const width = ratio < imageRatio ? widthPx : Math.floor((image.widthPx * heightPx) / image.heightPx)
  const height = ratio < imageRatio ? Math.floor((image.heightPx * widthPx) / image.widthPx) : heightPx
  if (width < 1 || height < 1) {
    throw new AppError(
      'image-invalid',
      `an image of ${image.widthPx} × ${image.heightPx} is too narrow to be fitted into ${widthPx} × ${heightPx}; ` +
        'use the resize mode stretch or crop',
    )
  }
  const inner = resample(image, width, height, LANCZOS)
  const target = paste(canvas(widthPx, heightPx), inner)
  // each margin continues the edge beside it: a resize of a source box without area
  const all = { left: 0, top: 0, right: inner.widthPx, bottom: inner.heightPx }
  const marginHeight = half(heightPx) - half(height)
  const marginWidth = half(widthPx) - half(width)
  if (ratio < imageRatio && marginHeight > 0) {
    const above = resample(inner, widthPx, marginHeight, BICUBIC, { ...all, bottom: 0 })
    const below = resample(inner, widthPx, marginHeight, BICUBIC, { ...all, top: inner.heightPx })
    pasteAt(target, above, 0, 0)
    pasteAt(target, below, 0, marginHeight + height)
  } else if (ratio > imageRatio && marginWidth > 0) {
    const before = resample(inner, marginWidth, heightPx, BICUBIC, { ...all, right: 0 })
    const after = resample(inner, marginWidth, heightPx, BICUBIC, { ...all, left: inner.widthPx })
    pasteAt(target, before, 0, 0)
    pasteAt(target, after, marginWidth + width, 0)
  }
  return target
}

/** Black. */
function canvas(widthPx: number, heightPx: number): RgbImage {
  return { widthPx, heightPx, rgb: new Uint8Array(widthPx * heightPx * 3) }
}

/** In the middle, as diffusers finds it. */
function paste(target: RgbImage, image: RgbImage): RgbImage {
  pasteAt(target, image, half(target.widthPx) - half(image.widthPx), half(target.heightPx) - half(image.heightPx))
  return target
}

/** What lies outside of the target is cut off. */
function pasteAt(target: RgbImage, image: RgbImage, left: number, top: number): void {
  const from = Math.max(0, -left)
  const to = Math.min(image.widthPx, target.widthPx - left)
  for (let y = Math.max(0, -top); y < Math.min(image.heightPx, target.heightPx - top); y++) {
    const row = image.rgb.subarray((y * image.widthPx + from) * 3, (y * image.widthPx + to) * 3)
    target.rgb.set(row, ((y + top) * target.widthPx + left + from) * 3)
  }
}

function half(n: number): number {
  return Math.floor(n / 2)
}
