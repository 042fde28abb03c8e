/**
 * Normal noise bit-equal to torch's CPU generator.
 *
 * `new TorchCpuGenerator(s).randn(n)` gives the numbers of
 * `torch.randn(n, generator=torch.Generator('cpu').manual_seed(s))`, float32, and so do further calls on the same
 * generator. Must match normal_kernel (ATen/native/cpu/DistributionTemplates.h) and normal_distribution<double>
 * (ATen/core/DistributionsHelper.h) of torch 2.13.0 on x86-64 with AVX2; proven by test/oracles/randn.py.
 *
 * Below 16 values torch uses the C library's double log1p, sin and cos. V8's may differ from them in the last place,
 * which reaches the float32 result about once in 10^9 values; 36 million compared equal.
 */
import { AppError } from '#shared/errors.ts'
import { MAX_SEED } from '#shared/generation.ts'
import { Mt19937 } from './mt19937.ts'
import { normalFill16 } from './torch-normal.ts'

/** Below this many values torch draws them one by one in double precision. */
const BLOCK = 16

export class TorchCpuGenerator {
  readonly #engine: Mt19937
  /** The second value of the last one-by-one pair; block draws neither use nor drop it. */
  #cachedNormal: number | undefined

  /**
   * @param seed 0 … 2^64−1; torch uses the low 32 bits only
   * @throws {AppError} `seed-out-of-range`
   */
  constructor(seed: bigint) {
    if (seed < 0n || seed > MAX_SEED) {
      throw new AppError('seed-out-of-range', `a seed is 0 to ${MAX_SEED.toString()}; ${seed.toString()} is not`, {
        data: { seed: seed.toString() },
      })
    }
    this.#engine = new Mt19937(seed)
  }

  /**
   * Standard normal values, newly allocated.
   *
   * The numbers depend on `count`: torch takes another path below 16, and draws the last 16 values anew when
   * `count` is not a multiple of 16. So one image's noise is one call with its own element count.
   *
   * @param count number of values, an integer ≥ 0: the product of the shape, which torch ignores otherwise
   * @throws {AppError} `invalid-argument` if `count` is not such an integer
   */
  randn(count: number): Float32Array<ArrayBuffer> {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new AppError('invalid-argument', `randn takes an element count, an integer of at least 0; got ${count}`)
    }
    const values = new Float32Array(count)
    if (count < BLOCK) {
      for (let i = 0; i < count; i++) values[i] = this.#nextNormal()
      return values
    }
    this.#fillUniform(values, 0)
    const tail = count % BLOCK
    for (let i = 0; i < count - tail; i += BLOCK) normalFill16(values, i)
    if (tail !== 0) {
      this.#fillUniform(values, count - BLOCK)
      normalFill16(values, count - BLOCK)
    }
    return values
  }

  #fillUniform(values: Float32Array, from: number): void {
    for (let i = from; i < values.length; i++) values[i] = this.#engine.nextFloat32()
  }

  /** Box–Muller in double; the radius comes from the second draw, the angle from the first. */
  #nextNormal(): number {
    if (this.#cachedNormal !== undefined) {
      const cached = this.#cachedNormal
      this.#cachedNormal = undefined
      return cached
    }
    const u1 = this.#engine.nextFloat64()
    const u2 = this.#engine.nextFloat64()
    const radius = Math.sqrt(-2 * Math.log1p(-u2))
    const theta = 2 * Math.PI * u1
    this.#cachedNormal = radius * Math.sin(theta)
    return radius * Math.cos(theta)
  }
}
