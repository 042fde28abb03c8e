/**
 * Float32 fused multiply-add: a·b + c rounded once, as the FMA instructions of x86 do.
 *
 * The product of two float32 is exact in double, the sum is not: rounding it to double and then to float32 would be
 * wrong where the double lands exactly between two float32. There the rounding error of the sum (Knuth's TwoSum,
 * exact) decides on which side the true value lies. No subnormals or overflow: the callers' values are within
 * 1e-30 … 1e30.
 *
 * @param a,b,c float32 values
 * @returns float32 nearest to a·b + c, ties to even
 */
export function fma32(a: number, b: number, c: number): number {
  const product = a * b
  const sum = product + c
  const rounded = Math.fround(sum)
  const distance = sum - rounded
  if (distance === 0) return rounded
  const other = rounded + 2 * distance
  if (Math.fround(other) !== other) return rounded // not half way: the second rounding is harmless
  const productPart = sum - c
  const error = product - productPart + (c - (sum - productPart))
  return error !== 0 && error > 0 === distance > 0 ? other : rounded
}
