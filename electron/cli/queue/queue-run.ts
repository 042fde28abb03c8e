/** `reprise queue run`: the studio without a window, until nothing waits. */
import type { JobProgress } from '#shared/contract/jobs.ts'
import { AppError } from '#shared/errors.ts'
import type { NumberedEvent } from '../../services/events/event-bus.ts'
import type { Studio } from '../../services/studio/open-studio.ts'
import type { StudioOptions } from '../add-command.ts'
import { counted, duration } from '../format.ts'
import type { CliHost } from '../host.ts'
import { onInterrupt } from '../interrupt.ts'
import { openOwner } from '../open-owner.ts'
import { EXIT_FAILURE, printNote } from '../report-error.ts'
import { createStatusLine, progressBar } from '../status-line.ts'
import { createQueueResults } from './queue-results.ts'
import { untilAtRest, type Rest } from './until-at-rest.ts'

/** @returns the exit code */
export async function runQueue(options: StudioOptions, host: CliHost): Promise<number> {
  const studio = await openOwner(host, options, 'it makes what waits, and nothing needs to be done here')
  const status = createStatusLine(host.stderr)
  const note = (message: string): void => {
    status.around(() => {
      printNote(host, message)
    })
  }
  const interrupt = onInterrupt({ note, first: 'stopping after the running step', onSecond: status.end })
  const results = createQueueResults({ studio, host, json: options.json ?? false, status, note })
  const take = (event: NumberedEvent): void => {
    if (event.name === 'job.progress') status.show(progressLine(event.payload))
    if (event.name === 'warning') note(`warning: ${event.payload.message}`)
    results.take(event)
  }
  // the queue runs since it was opened
  studio.bus.since(0)?.forEach(take)
  const stopListening = studio.bus.listen(take)
  try {
    for (const message of studio.startupNotes) note(message)
    const rest = await untilAtRest(studio, interrupt.signal).finally(async () => {
      await closeAll(studio, results.finish)
    })
    status.end()
    return verdict(rest, results, host)
  } finally {
    stopListening()
    status.end()
    interrupt.release()
  }
}

/** Closing puts back what runs; what was finished until then is still told. */
async function closeAll(studio: Studio, finish: () => Promise<void>): Promise<void> {
  await studio.close()
  await finish()
}

function verdict(
  rest: Rest,
  { madeCount, failedCount }: { madeCount: number; failedCount: number },
  host: CliHost,
): number {
  if (rest.kind === 'interrupted') {
    throw new AppError('cancelled', `stopped: ${counted(madeCount, 'image')} made, the others are back in the queue`)
  }
  if (rest.kind === 'paused') {
    const why = rest.reason === null ? '' : `: ${rest.reason.message} (${rest.reason.code})`
    printNote(host, `the queue is paused${why}; to go on: reprise queue resume`)
    return EXIT_FAILURE
  }
  if (rest.pausedCount > 0)
    printNote(host, `${counted(rest.pausedCount, 'job')} paused; to go on: reprise queue resume JOB`)
  if (failedCount === 0) return 0
  printNote(
    host,
    `${counted(failedCount, 'image')} failed; reprise queue show JOB says why, reprise queue retry JOB tries again`,
  )
  return EXIT_FAILURE
}

function progressLine(progress: JobProgress): string {
  const { jobId, activity, itemIds, step, stepsPerImage, itemsFinished, itemCount, timeLeftMs } = progress
  const inHand = stepsPerImage === 0 ? 0 : (itemIds.length * step) / stepsPerImage
  const parts = [
    progressBar(Math.min((itemsFinished + inHand) / Math.max(itemCount, 1), 1)),
    `job ${jobId}`,
    activity === 'denoising' ? `step ${step}/${stepsPerImage}` : activity,
    `${itemsFinished}/${itemCount} images`,
  ]
  if (timeLeftMs !== null) parts.push(`${duration(timeLeftMs)} left`)
  return parts.join('  ')
}
