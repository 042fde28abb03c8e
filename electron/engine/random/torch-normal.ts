/**
 * Uniform to normal (Box–Muller) in the exact float32 arithmetic of torch's AVX2 kernel.
 *
 * Must match NormalFill16<float> (ATen/native/cpu/DistributionTemplates.h) as compiled in torch 2.13.0+cpu for
 * x86-64: natural logarithm and sine/cosine are the single precision polynomials of Cephes (Moshier; vector form
 * by Pommier and Garberoglio, avx_mathfun.h), and the compiler contracts some products and sums into fused
 * multiply-adds. Which ones was read from the machine code and is part of the result: where `fma32` stands below
 * the library rounds once, elsewhere twice. Proven by test/oracles/randn.py, and exhaustively for all 2^24 values
 * of both uniforms while this was written.
 */
import { fma32 } from './fma32.ts'

const f32 = Math.fround

const TWO_PI = f32(2 * Math.PI)
const SQRT_HALF = f32(0.7071067811865475)
/** (log(1+x) − x + x²/2) / x³ on [√½ − 1, √2 − 1], highest power first. */
const LOG_0 = f32(7.0376836292e-2)
const LOG_1 = f32(-1.151461031e-1)
const LOG_2 = f32(1.167699874e-1)
const LOG_3 = f32(-1.2420140846e-1)
const LOG_4 = f32(1.4249322787e-1)
const LOG_5 = f32(-1.6668057665e-1)
const LOG_6 = f32(2.0000714765e-1)
const LOG_7 = f32(-2.4999993993e-1)
const LOG_8 = f32(3.3333331174e-1)
/** ln 2 = LN2_HIGH + LN2_LOW, the high part short enough that its product with an exponent is exact. */
const LN2_LOW = f32(-2.1219444e-4)
const LN2_HIGH = f32(0.693359375)

const FOUR_OVER_PI = f32(1.27323954473516)
/** π/4 in three parts (Cody–Waite), negated. */
const PI_4_HIGH = f32(-0.78515625)
const PI_4_MIDDLE = f32(-2.4187564849853516e-4)
const PI_4_LOW = f32(-3.774894977445941e-8)
/** sin(x) = x + x·z·(…) and cos(x) = 1 − z/2 + z²·(…), z = x² ≤ (π/4)², highest power first. */
const SIN_0 = f32(-1.9515295891e-4)
const SIN_1 = f32(8.3321608736e-3)
const SIN_2 = f32(-1.6666654611e-1)
const COS_0 = f32(2.443315711809948e-5)
const COS_1 = f32(-1.388731625493765e-3)
const COS_2 = f32(4.166664568298827e-2)

const floatView = new Float32Array(1)
const bitsView = new Int32Array(floatView.buffer)

/** ln(x) of a normal positive float32. */
function log32(value: number): number {
  floatView[0] = value
  const bits = bitsView[0]
  let exponent = (bits >>> 23) - 126
  bitsView[0] = (bits & 0x007fffff) | 0x3f000000
  const fraction = floatView[0]
  let x = fraction - 1
  if (fraction < SQRT_HALF) {
    exponent -= 1
    x += fraction
  }
  x = f32(x)
  const z = f32(x * x)
  let y = fma32(LOG_0, x, LOG_1)
  y = fma32(y, x, LOG_2)
  y = fma32(y, x, LOG_3)
  y = fma32(y, x, LOG_4)
  y = fma32(y, x, LOG_5)
  y = fma32(y, x, LOG_6)
  y = fma32(y, x, LOG_7)
  y = fma32(y, x, LOG_8)
  y = fma32(f32(y * x), z, f32(exponent * LN2_LOW))
  y = f32(y - 0.5 * z)
  return fma32(exponent, LN2_HIGH, f32(x + y))
}

/**
 * Transforms 16 uniforms in place: value j and value j + 8 become the two normals of one Box–Muller pair.
 *
 * @param data   uniforms in [0, 1), multiples of 2^−24, at [offset, offset + 16); normals afterwards
 * @param offset first of the 16
 */
export function normalFill16(data: Float32Array, offset: number): void {
  for (let i = offset; i < offset + 8; i++) {
    const radius = f32(Math.sqrt(f32(-2 * log32(1 - data[i]))))
    const theta = f32(TWO_PI * data[i + 8])

    // octant, rounded up to even: the angle left over is within ±π/4
    const octant = (Math.trunc(f32(theta * FOUR_OVER_PI)) + 1) & ~1
    const x = fma32(octant, PI_4_LOW, fma32(octant, PI_4_MIDDLE, fma32(octant, PI_4_HIGH, theta)))
    const z = f32(x * x)
    const cosTail = f32(z * fma32(fma32(COS_0, z, COS_1), z, COS_2))
    const cosine = f32(fma32(z, cosTail, f32(-0.5 * z)) + 1)
    const sineTail = f32(z * fma32(fma32(SIN_0, z, SIN_1), z, SIN_2))
    const sine = fma32(x, sineTail, x)

    const swapped = (octant & 2) !== 0
    const cosTheta = swapped ? sine : cosine
    const sinTheta = swapped ? cosine : sine
    // + 0 is the library's "· std + mean": it turns −0 into 0
    data[i] = radius * (((octant + 2) & 4) !== 0 ? -cosTheta : cosTheta) + 0
    data[i + 8] = radius * ((octant & 4) !== 0 ? -sinTheta : sinTheta) + 0
  }
}
