/**
 * The few numpy functions that diffusers' schedulers build timesteps and sigmas with, with numpy's own rounding.
 *
 * Double precision except `log32`. Must match numpy 2.4 on x86-64 with FMA; proven by test/oracles/schedulers.py.
 */
import { fma32 } from '../random/fma32.ts'

const f32 = Math.fround

/** numpy.linspace(start, stop, count). */
export function linspace(start: number, stop: number, count: number): number[] {
  if (count === 1) return [start]
  const step = (stop - start) / (count - 1)
  const values = Array.from({ length: count }, (_, i) => i * step + start)
  values[count - 1] = stop
  return values
}

/** numpy.arange(start, stop, step): its increment is the rounded difference of the first two values. */
export function arange(start: number, stop: number, step: number): number[] {
  const increment = start + step - start
  return Array.from({ length: Math.ceil((stop - start) / step) }, (_, i) => start + i * increment)
}

/** numpy.round to integers: halves go to the even neighbour. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x)
  const fraction = x - floor
  if (fraction !== 0.5) return fraction < 0.5 ? floor : floor + 1
  return floor % 2 === 0 ? floor : floor + 1
}

/** numpy.interp(x, [0 … n−1], values): linear between the neighbours, constant outside. */
export function interpolate(x: number, values: Float32Array): number {
  const last = values.length - 1
  if (x >= last) return values[last]
  if (x <= 0) return values[0]
  const low = Math.floor(x)
  const left = values[low]
  return (values[low + 1] - left) * (x - low) + left
}

const floatView = new Float32Array(1)
const bitsView = new Int32Array(floatView.buffer)
const SQRT_HALF = f32(Math.SQRT1_2)
const LN_2 = f32(Math.LN2)
/** ln(1 + x) ≈ P(x) / Q(x), highest power first. */
const NUMERATOR = [0.025899791179079226, 0.3808837741388408, 1.4800006335765066, 2.112677543073053, 1, 0].map(f32)
const DENOMINATOR = [
  0.005875095403124574, 0.15464763749839067, 0.9864942958519419, 2.453006071784736, 2.6126775430731093, 1,
].map(f32)

/**
 * numpy.log of a positive normal float32: a rational approximation, up to 4 units in the last place off, from which
 * fractional timesteps are computed. Constants: numpy/_core/src/common/simd (npy_simd_data.h).
 */
export function log32(value: number): number {
  floatView[0] = value
  const bits = bitsView[0]
  let exponent = (bits >>> 23) - 126
  bitsView[0] = (bits & 0x007fffff) | 0x3f000000
  let x = floatView[0]
  if (x <= SQRT_HALF) {
    x += x
    exponent -= 1
  }
  x -= 1
  const horner = (coefficients: number[]) => coefficients.reduce((sum, coefficient) => fma32(sum, x, coefficient))
  return fma32(exponent, LN_2, f32(horner(NUMERATOR) / horner(DENOMINATOR)))
}
