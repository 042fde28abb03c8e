/** Lets a loop wait until there may be something to do. */
export class WakeSignal {
  #raised = Promise.withResolvers<undefined>()
  #isClosed = false

  raise(): void {
    this.#raised.resolve(undefined)
  }

  /** Nothing waits from now on. */
  close(): void {
    this.#isClosed = true
    this.raise()
  }

  /** What was raised while nobody waited counts. */
  async wait(): Promise<void> {
    await this.#raised.promise
    this.#lower()
  }

  /** At most so long; only what is raised from now on counts. */
  async rest(timeoutMs: number): Promise<void> {
    this.#lower()
    const timer = setTimeout(() => {
      this.raise()
    }, timeoutMs)
    await this.wait()
    clearTimeout(timer)
  }

  #lower(): void {
    if (!this.#isClosed) this.#raised = Promise.withResolvers()
  }
}
