/** A line on the terminal that says how far a run is and how long it will still take. */
import { duration } from './format.ts'
import type { CliHost } from './host.ts'
import { createStatusLine, progressBar } from './status-line.ts'

export interface Progress {
  plan(imageCount: number, stepsPerImage: number): void
  /** @param count how many images took this step together */
  step(count: number, step: number): void
  image(): void
  /** Takes the line away while something else is written, then shows it again. */
  around(write: () => void): void
  end(): void
}

export function createProgress(stream: CliHost['stderr'], now = (): number => performance.now()): Progress {
  const status = createStatusLine(stream)
  let images = 0
  let imageCount = 0
  let steps = 0
  let stepCount = 0
  let stepsPerImage = 0
  let step = 0
  let firstStep: { atMs: number; steps: number } | undefined

  const update = (): void => {
    const parts = [
      progressBar(steps / Math.max(stepCount, 1)),
      `step ${step}/${stepsPerImage}`,
      `${images}/${imageCount} images`,
    ]
    const leftMs = timeLeft()
    if (leftMs !== undefined) parts.push(`${duration(leftMs)} left`)
    status.show(parts.join('  '))
  }
  /** From the pace since the first step: what was loaded before it is not done again. */
  const timeLeft = (): number | undefined => {
    if (!firstStep || steps === firstStep.steps) return undefined
    return ((now() - firstStep.atMs) / (steps - firstStep.steps)) * (stepCount - steps)
  }

  status.show('loading the model')
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
    around: status.around,
    end: status.end,
  }
}
