/**
 * Float32 arithmetic on whole arrays, each operation rounded as torch rounds it.
 *
 * JavaScript computes in double. For one +, −, ×, ÷ or √ of float32 values, rounding the double result to float32
 * gives the correctly rounded float32 result (53 ≥ 2·24 + 2 bits), so `f32(a * b)` is torch's a·b. Only a fused
 * multiply-add differs, and torch does not fuse across its operators.
 */
import { AppError } from '#shared/errors.ts'

export const f32 = Math.fround

/** A new array with `compute(i)` at each index; storing rounds to float32. */
export function mapIndices(length: number, compute: (i: number) => number): Float32Array {
  const result = new Float32Array(length)
  for (let i = 0; i < length; i++) result[i] = compute(i)
  return result
}

/** a·x + b·y, each operation rounded. */
export function scaledSum(a: number, x: Float32Array, b: number, y: Float32Array): Float32Array {
  return mapIndices(x.length, (i) => f32(a * x[i]) + f32(b * y[i]))
}

/**
 * √ of a float32 value, correctly rounded. torch's own root, from MKL, depends on the processor: on AMD (MKL's generic
 * kernel) one in five is a unit in the last place off, on Intel with AVX2 none.
 */
export function sqrt32(x: number): number {
  return f32(Math.sqrt(x))
}

/** @throws {AppError} `shape-mismatch` */
export function requireSameLength(what: string, found: Float32Array, sample: Float32Array): void {
  if (found.length === sample.length) return
  throw new AppError('shape-mismatch', `${what} has ${found.length} values where the sample has ${sample.length}`, {
    data: { what, found: found.length, expected: sample.length },
  })
}
