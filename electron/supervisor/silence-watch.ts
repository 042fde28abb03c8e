/**
 * Looks regularly whether something was heard lately, and tells when it was not for too long.
 *
 * Only time in which this process ran counts. A timer that fires much later than it should means that it did not: the
 * machine slept, the process was stopped, or its thread was busy; then what the other side said is still unread, and
 * counting begins anew. The clock is monotonic: setting the machine's time changes nothing.
 */
export interface SilenceWatchOptions {
  /** How long silence may last now; asked at each look. */
  limitMs: () => number
  lookEveryMs: number
  /** Called once. */
  onSilent: (silentMs: number) => void
  /** At each look at which the silence is not too long. */
  onLook?: () => void
  /** This process did not run for a while. */
  onGap?: () => void
  /** Another clock, for tests; milliseconds. */
  now?: () => number
}

/** A look that comes later than this, which a busy machine does not explain, is that of a process that did not run. */
const latestMs = (lookEveryMs: number): number => 3 * lookEveryMs + 1_000

export class SilenceWatch {
  readonly #options: SilenceWatchOptions
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout
  #heardAtMs: number
  #lookedAtMs: number

  constructor(options: SilenceWatchOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#heardAtMs = this.#lookedAtMs = this.#now()
    this.#timer = setInterval(() => {
      this.#look()
    }, options.lookEveryMs)
  }

  heard(): void {
    this.#heardAtMs = this.#now()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const { limitMs, lookEveryMs, onSilent, onLook, onGap } = this.#options
    const now = this.#now()
    const isGap = now - this.#lookedAtMs > latestMs(lookEveryMs)
    this.#lookedAtMs = now
    if (isGap) {
      this.#heardAtMs = now
      onGap?.()
    }
    const silentMs = now - this.#heardAtMs
    if (silentMs > limitMs()) {
      this.stop()
      onSilent(silentMs)
    } else onLook?.()
  }
}
