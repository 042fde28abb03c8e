/** How long to wait before an engine that died is started again: twice as long after each death in a row. */
export interface BackOffLimits {
  firstMs: number
  maxMs: number
}

export class BackOff {
  readonly #limits: BackOffLimits
  #nextMs: number

  constructor(limits: BackOffLimits) {
    this.#limits = limits
    this.#nextMs = limits.firstMs
  }

  /** @returns the wait after one more death, milliseconds */
  next(): number {
    const ms = this.#nextMs
    this.#nextMs = Math.min(2 * ms, this.#limits.maxMs)
    return ms
  }

  /** It worked again: the next death is a first one. */
  reset(): void {
    this.#nextMs = this.#limits.firstMs
  }
}
