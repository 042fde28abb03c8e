/** A job, for people and for programs. */
import type { JobView } from '#shared/contract/jobs.ts'
import { localTime } from '../format.ts'
import { isoTimes } from '../iso-times.ts'

export const JOB_COLUMNS = ['job', 'state', 'images', 'model', 'added', 'prompt'] as const

export function jobRow(job: JobView): string[] {
  return [String(job.id), jobState(job), jobProgress(job), job.modelName, localTime(job.createdAtMs), job.title]
}

/** A job that was begun keeps its state; whether something runs now, its images say. */
export function jobState({ state, itemCounts }: JobView): string {
  return state === 'running' && (itemCounts.running ?? 0) === 0 ? 'begun' : state
}

/** `3/10`, and what did not go well. */
export function jobProgress({ itemCounts }: JobView): string {
  const { done = 0, failed = 0, cancelled = 0, 'set-aside': setAside = 0 } = itemCounts
  const all = Object.values(itemCounts).reduce((sum, count) => sum + count, 0)
  const rest = [
    [failed, 'failed'],
    [setAside, 'set aside'],
    [cancelled, 'cancelled'],
  ] as const
  const notes = rest.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  return [`${done}/${all}`, ...notes].join(', ')
}

export function jobJson(job: JobView): object {
  return isoTimes(job)
}
