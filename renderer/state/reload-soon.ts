/** Runs something at once, and when it is asked for again and again, no more often than every so often. */

/** @param run is not run again before it has ended; what it cannot do is its own business */
export function reloadSoon(run: () => Promise<unknown>, everyMs: number): () => void {
  let isRunning = false
  let isAskedFor = false
  const begin = (): void => {
    isRunning = true
    isAskedFor = false
    const over = new Promise((resolve) => setTimeout(resolve, everyMs))
    void Promise.allSettled([run(), over]).then(() => {
      isRunning = false
      if (isAskedFor) begin()
    })
  }
  return () => {
    isAskedFor = true
    if (!isRunning) begin()
  }
}
