/**
 * Mersenne Twister, 32 bits, as torch's CPU generator seeds and reads it.
 *
 * Source: Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998); must match at::mt19937 in
 * ATen/core/MT19937RNGEngine.h. Proven with the normal values of test/oracles/randn.py.
 */
const STATE_WORDS = 624
const SHIFT_WORDS = 397
const UPPER_BIT = 0x80000000
const LOWER_BITS = 0x7fffffff
const TWIST_MATRIX = 0x9908b0df

/** A stream of uniform 32-bit integers; two engines of the same seed give the same stream. */
export class Mt19937 {
  readonly #state = new Uint32Array(STATE_WORDS)
  #next = STATE_WORDS

  /** @param seed only its low 32 bits count, as in torch: seeds 2^32 apart give the same stream */
  constructor(seed: bigint) {
    const state = this.#state
    state[0] = Number(BigInt.asUintN(32, seed))
    for (let j = 1; j < STATE_WORDS; j++) {
      const previous = state[j - 1]
      state[j] = Math.imul(1812433253, previous ^ (previous >>> 30)) + j
    }
  }

  /** The next integer, 0 … 2^32−1. */
  nextUint32(): number {
    if (this.#next === STATE_WORDS) this.#refill()
    let y = this.#state[this.#next++]
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }

  /** Uniform in [0, 1), a multiple of 2^−24: torch's uniform_real_distribution<float>. One draw. */
  nextFloat32(): number {
    return (this.nextUint32() & 0xffffff) * 2 ** -24
  }

  /** Uniform in [0, 1), a multiple of 2^−53: torch's uniform_real_distribution<double>. Two draws, high word first. */
  nextFloat64(): number {
    const high = this.nextUint32() & 0x1fffff
    return (high * 2 ** 32 + this.nextUint32()) * 2 ** -53
  }

  #refill(): void {
    const state = this.#state
    for (let j = 0; j < STATE_WORDS; j++) {
      const following = state[(j + 1) % STATE_WORDS]
      const mixed = (state[j] & UPPER_BIT) | (following & LOWER_BITS)
      state[j] = state[(j + SHIFT_WORDS) % STATE_WORDS] ^ (mixed >>> 1) ^ (following & 1 ? TWIST_MATRIX : 0)
    }
    this.#next = 0
  }
}
