/** What the queue is at, in the taskbar. The window's title is its page's, which says it in the person's language. */
import type { BrowserWindow } from 'electron'
import { jobFraction } from '#shared/job-fraction.ts'
import type { EventBus } from '../services/events/event-bus.ts'

type Shown = Pick<BrowserWindow, 'setProgressBar' | 'isDestroyed'>

/** No bar. */
const NONE = -1

/** @returns what ends it */
export function showProgress(bus: Pick<EventBus, 'listen'>, window: () => Shown | undefined): () => void {
  let runningJobId: number | undefined
  const show = (fraction: number): void => {
    const shown = window()
    if (shown !== undefined && !shown.isDestroyed()) shown.setProgressBar(fraction)
  }
  return bus.listen((event) => {
    if (event.name === 'job.progress') {
      runningJobId = event.payload.jobId
      show(jobFraction(event.payload))
    } else if (event.name === 'job.changed') {
      const { id, state } = event.payload.job
      if (id === runningJobId && state !== 'running') show(NONE)
    } else if (event.name === 'job.removed' && event.payload.id === runningJobId) show(NONE)
  })
}
