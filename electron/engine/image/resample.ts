/**
 * Resampling with the numbers of Pillow 13, to which diffusers leaves it: an antialiased filter along the rows and
 * along the columns, each pass in fixed point with its result rounded back to 8 bits. Libraries with a Lanczos of
 * their own differ in the last bits, some even with the processor they run on.
 *
 * Source: Pillow src/libImaging/Resample.c; oracle: test/oracles/resize.py, bit-equal. Math.sin may differ from the
 * C library's in the last place of a double, far below the 22 bits that a coefficient keeps.
 */
import type { RgbImage } from './rgb-image.ts'

interface Filter {
  /** Weight at a distance from the centre, in source pixels when enlarging. */
  readonly weight: (x: number) => number
  /** Distance from which on all weights are 0. */
  readonly support: number
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI)
}

export const LANCZOS: Filter = {
  weight: (x) => (-3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0),
  support: 3,
}

/** Keys' cubic convolution with a = −0.5. */
export const BICUBIC: Filter = {
  weight: (signed) => {
    const x = Math.abs(signed)
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1
    if (x < 2) return (((x - 5) * x + 8) * x - 4) * -0.5
    return 0
  },
  support: 2,
}

/** 32 bits, less 8 of the result, less 2 as sums of weights can leave [0, 1]. */
const PRECISION_BITS = 32 - 8 - 2

/** One axis: output pixel i is Σ weights[i·size + j] × source pixel (first[i] + j), j < count[i]. */
interface Kernel {
  readonly size: number
  readonly first: Int32Array
  readonly count: Int32Array
  readonly weights: Int32Array
}

/**
 * @param from where in the source the output begins, pixels
 * @param to   where it ends; `to` = `from` continues what lies at that edge
 */
function kernelOf(filter: Filter, sourceSize: number, from: number, to: number, outputSize: number): Kernel {
  const scale = (to - from) / outputSize
  const filterScale = Math.max(scale, 1)
  const support = filter.support * filterScale
  const size = Math.ceil(support) * 2 + 1
  const first = new Int32Array(outputSize)
  const count = new Int32Array(outputSize)
  const weights = new Int32Array(outputSize * size)
  const exact = new Float64Array(size)
  for (let i = 0; i < outputSize; i++) {
    const center = from + (i + 0.5) * scale
    const begin = Math.max(Math.trunc(center - support + 0.5), 0)
    const length = Math.min(Math.trunc(center + support + 0.5), sourceSize) - begin
    let sum = 0
    for (let j = 0; j < length; j++) {
      exact[j] = filter.weight((j + begin - center + 0.5) * (1 / filterScale))
      sum += exact[j]
    }
    first[i] = begin
    count[i] = length
    for (let j = 0; j < length; j++) {
      const weight = (sum === 0 ? exact[j] : exact[j] / sum) * (1 << PRECISION_BITS)
      weights[i * size + j] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5)
    }
  }
  return { size, first, count, weights }
}

/** outputWidth × the source's height. */
function resampleRows(source: RgbImage, kernel: Kernel, outputWidth: number): RgbImage {
  const rgb = new Uint8ClampedArray(outputWidth * source.heightPx * 3)
  let out = 0
  for (let y = 0; y < source.heightPx; y++) {
    const row = y * source.widthPx * 3
    for (let x = 0; x < outputWidth; x++) {
      out = weigh(source.rgb, row + kernel.first[x] * 3, 3, kernel, x, rgb, out)
    }
  }
  return { widthPx: outputWidth, heightPx: source.heightPx, rgb: new Uint8Array(rgb.buffer) }
}

function resampleColumns(source: RgbImage, kernel: Kernel, outputHeight: number): RgbImage {
  const stride = source.widthPx * 3
  const rgb = new Uint8ClampedArray(stride * outputHeight)
  let out = 0
  for (let y = 0; y < outputHeight; y++) {
    const top = kernel.first[y] * stride
    for (let x = 0; x < source.widthPx; x++) out = weigh(source.rgb, top + x * 3, stride, kernel, y, rgb, out)
  }
  return { widthPx: source.widthPx, heightPx: outputHeight, rgb: new Uint8Array(rgb.buffer) }
}

/** One output pixel; returns where the next one goes. The clamped array cuts at 0 and 255. */
function weigh(
  source: Uint8Array,
  start: number,
  stride: number,
  kernel: Kernel,
  index: number,
  target: Uint8ClampedArray,
  out: number,
): number {
  const half = 1 << (PRECISION_BITS - 1)
  const weightStart = index * kernel.size
  const count = kernel.count[index]
  let r = half
  let g = half
  let b = half
  for (let j = 0, at = start; j < count; j++, at += stride) {
    const weight = kernel.weights[weightStart + j]
    r += source[at] * weight
    g += source[at + 1] * weight
    b += source[at + 2] * weight
  }
  target[out] = r >> PRECISION_BITS
  target[out + 1] = g >> PRECISION_BITS
  target[out + 2] = b >> PRECISION_BITS
  return out + 3
}

/** A rectangle of the source, in pixels; without area, its edge is continued. */
export interface SourceBox {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/**
 * Pillow's `Image.resize((widthPx, heightPx), filter, box)` of an RGB image.
 * @param widthPx  ≥ 1
 * @param heightPx ≥ 1
 * @returns a new image, also if nothing changes
 */
export function resample(
  source: RgbImage,
  widthPx: number,
  heightPx: number,
  filter: Filter,
  box: SourceBox = { left: 0, top: 0, right: source.widthPx, bottom: source.heightPx },
): RgbImage {
  const rows = (image: RgbImage) =>
    widthPx === source.widthPx && box.left === 0 && box.right === widthPx
      ? image
      : resampleRows(image, kernelOf(filter, source.widthPx, box.left, box.right, widthPx), widthPx)
  const columns = (image: RgbImage) =>
    heightPx === source.heightPx && box.top === 0 && box.bottom === heightPx
      ? image
      : resampleColumns(image, kernelOf(filter, source.heightPx, box.top, box.bottom, heightPx), heightPx)
  const result = columnsFirst(source, widthPx, heightPx) ? rows(columns(source)) : columns(rows(source))
  return result === source ? { ...source, rgb: source.rgb.slice() } : result
}

/**
 * The order of the passes shows, by one level here and there, as both round. Since 13.0 (pull request 9549) Pillow
 * begins with the columns if the height shrinks by more than twice what the width does.
 */
function columnsFirst(source: RgbImage, widthPx: number, heightPx: number): boolean {
  const shrunk = source.heightPx - heightPx
  return shrunk > 0 && shrunk > 2 * (source.widthPx - widthPx)
}
