/** A line on the terminal that says how far a run is and how long it will still take. */
import type { CliHost } from './host.ts'

export interface Progress {
  plan(imageCount: number, stepsPerImage: number): void
  /** @param count how many images took this step together */
  step(count: number, step: number): void
  image(): void
  /** Takes the line away while something else is written, then shows it again. */
  around(write: () => void): void
  end(): void
}

const BAR_WIDTH = 24
const NO_PROGRESS: Progress = {
  plan: () => undefined,
  step: () => undefined,
  image: () => undefined,
  around: (write) => {
    write()
  },
  end: () => undefined,
}

/** Piped, there is nobody to watch: then it shows nothing. */
export function createProgress(stream: CliHost['stderr'], now = (): number => performance.now()): Progress {
  if (!stream.isTTY) return NO_PROGRESS
  let line = 'loading the model'
  let images = 0
  let imageCount = 0
  let steps = 0
  let stepCount = 0
  let stepsPerImage = 0
  let step = 0
  let firstStep: { atMs: number; steps: number } | undefined

  const clear = (): void => {
    stream.write('\r\u001b[2K')
  }
  const draw = (): void => {
    clear()
    // a terminal that does not tell its width says 0
    const columns = stream.columns === undefined || stream.columns < 2 ? 80 : stream.columns
    stream.write(line.slice(0, columns - 1))
  }
  const update = (): void => {
    const share = steps / Math.max(stepCount, 1)
    const filled = Math.floor(share * BAR_WIDTH)
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
    const parts = [
      `${bar} ${Math.floor(share * 100)} %`,
      `step ${step}/${stepsPerImage}`,
      `${images}/${imageCount} images`,
    ]
    const leftMs = timeLeft()
    if (leftMs !== undefined) parts.push(`${formatDuration(leftMs)} left`)
    line = parts.join('  ')
    draw()
  }
  /** From the pace since the first step: what was loaded before it is not done again. */
  const timeLeft = (): number | undefined => {
    if (!firstStep || steps === firstStep.steps) return undefined
    return ((now() - firstStep.atMs) / (steps - firstStep.steps)) * (stepCount - steps)
  }

  draw()
  return {
    plan(count, perImage) {
      imageCount = count
      stepsPerImage = Math.max(perImage, 1)
      stepCount = count * stepsPerImage
      update()
    },
    step(count, current) {
      step = current
      steps += count
      firstStep ??= { atMs: now(), steps }
      update()
    },
    image() {
      images++
      update()
    },
    around(write) {
      clear()
      write()
      draw()
    },
    end: clear,
  }
}

function formatDuration(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1000)
  const pad = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`
}
