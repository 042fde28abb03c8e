/** Keeps what is typed a moment after the last key: writing much text at each of them would be felt. */
import { keep } from './kept.ts'

const DELAY_MS = 250

export class KeptLater {
  readonly #name: string
  #timer: ReturnType<typeof setTimeout> | undefined
  #value: unknown
  /** False: the browser has no room for it. */
  isKept = $state(true)

  constructor(name: string) {
    this.#name = name
    // closed, reloaded, or put away by a tablet
    addEventListener('pagehide', () => {
      this.flush()
    })
    addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.flush()
    })
  }

  /** @param value must not be changed afterwards */
  keep(value: unknown): void {
    this.#value = value
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.flush()
    }, DELAY_MS)
  }

  flush(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.isKept = keep(this.#name, this.#value)
  }
}
