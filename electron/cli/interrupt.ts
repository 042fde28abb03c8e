/**
 * Ctrl-C: the first asks the run to stop after its step, the second ends at once.
 *
 * npm passes on a Ctrl-C that the terminal has sent to the whole process group already, so one press arrives
 * twice; what follows within half a second is the same press.
 */
const SAME_PRESS_MS = 500
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

interface Interrupt {
  readonly signal: AbortSignal
  /** Gives the signals back their usual meaning. */
  release(): void
}

export function onInterrupt({ onFirst, onSecond }: { onFirst: () => void; onSecond: () => void }): Interrupt {
  const controller = new AbortController()
  let firstAtMs: number | undefined

  const handle = (): void => {
    if (firstAtMs === undefined) {
      firstAtMs = performance.now()
      controller.abort()
      onFirst()
    } else if (performance.now() - firstAtMs > SAME_PRESS_MS) onSecond()
  }
  for (const name of SIGNALS) process.on(name, handle)
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, handle)
    },
  }
}
