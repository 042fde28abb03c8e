/**
 * Ctrl-C, or a terminal that is closed: the first asks the run to stop after its step, the second ends at once.
 *
 * npm passes on a Ctrl-C that the terminal has sent to the whole process group already, so one press arrives
 * twice; what follows within half a second is the same press.
 */
import { readFileSync } from 'node:fs'
import { EXIT_CANCELLED } from './report-error.ts'

const SAME_PRESS_MS = 500
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Whether the end of the terminal ends the command. What was started with nohup is to outlive it, and would not if
 * anybody listened: Linux says what is ignored in a mask; elsewhere nohup has sent the output to a file.
 */
function endsWithTerminal(): boolean {
  if (process.platform !== 'linux') return process.stdout.isTTY
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
    return (BigInt(`0x${mask}`) & 1n) === 0n
  } catch {
    return false
  }
}

interface Interrupt {
  readonly signal: AbortSignal
  /** Gives the signals back their usual meaning. */
  release(): void
}

interface InterruptOptions {
  readonly note: (message: string) => void
  /** What the first begins: "stopping after the running step". */
  readonly first: string
  /** At the second, before the process ends. */
  readonly onSecond?: () => void
}

export function onInterrupt({ note, first, onSecond }: InterruptOptions): Interrupt {
  const controller = new AbortController()
  let firstAtMs: number | undefined

  const handle = (): void => {
    if (firstAtMs === undefined) {
      firstAtMs = performance.now()
      controller.abort()
      note(`${first}; Ctrl-C once more ends at once`)
    } else if (performance.now() - firstAtMs > SAME_PRESS_MS) {
      onSecond?.()
      process.exit(EXIT_CANCELLED)
    }
  }
  const signals = endsWithTerminal() ? ([...SIGNALS, 'SIGHUP'] as const) : SIGNALS
  for (const name of signals) process.on(name, handle)
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.off(name, handle)
    },
  }
}
