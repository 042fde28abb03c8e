/** What `reprise queue run` prints: images, verdicts of images made again, and what failed. */
import type { NumberedEvent } from '../../services/events/event-bus.ts'
import type { Studio } from '../../services/studio/open-studio.ts'
import { imageJson } from '../history/image-line.ts'
import type { CliHost } from '../host.ts'
import { imagePathLine } from '../image-path-line.ts'
import { printJson, printLine } from '../print.ts'
import { verdictJson, verdictText } from '../reproduce/verdict-line.ts'
import type { StatusLine } from '../status-line.ts'

interface QueueResults {
  take(event: NumberedEvent): void
  /** Until all is printed. */
  readonly finish: () => Promise<void>
  readonly madeCount: number
  /** In the jobs that were worked on. */
  readonly failedCount: number
}

interface QueueResultsOptions {
  studio: Pick<Studio, 'files'>
  host: CliHost
  json: boolean
  status: StatusLine
  note: (message: string) => void
}

export function createQueueResults({ studio, host, json, status, note }: QueueResultsOptions): QueueResults {
  /** By job. */
  const failures = new Map<number, number>()
  const reasons = new Set<string>()
  let madeCount = 0
  let printed = Promise.resolve()

  return {
    take(event) {
      if (event.name === 'image.added') {
        const { image } = event.payload
        // brought in by somebody meanwhile
        if (image.origin !== 'reprise') return
        madeCount++
        // asked for at once: when the studio has closed, nobody can say any more
        const found = studio.files.image(image.id).catch(() => undefined)
        // in the order of the events, whichever file is found first
        printed = printed.then(async () => {
          const path = (await found)?.path
          // deleted since
          if (path === undefined) return
          status.around(() => {
            if (json) printJson(host, imageJson(image, path))
            else printLine(host, imagePathLine(path, image, host))
          })
        })
      } else if (event.name === 'verdict.added') {
        const { verdict } = event.payload
        madeCount++
        printed = printed.then(() => {
          status.around(() => {
            if (json) printJson(host, verdictJson(verdict))
            else printLine(host, verdictText(verdict))
          })
        })
      } else if (event.name === 'items.changed') {
        for (const { jobId, state, error } of event.payload.items) {
          if (error === null || (state !== 'failed' && state !== 'set-aside')) continue
          // a model that is gone fails thousands of images for one reason
          const told = `job ${jobId}: ${error.message} (${error.code})`
          if (!reasons.has(told)) note(told)
          reasons.add(told)
        }
      } else if (event.name === 'job.changed') {
        const { id, itemCounts } = event.payload.job
        failures.set(id, (itemCounts.failed ?? 0) + (itemCounts['set-aside'] ?? 0))
      }
    },
    finish: () => printed,
    get madeCount() {
      return madeCount
    },
    get failedCount() {
      return [...failures.values()].reduce((sum, count) => sum + count, 0)
    },
  }
}
