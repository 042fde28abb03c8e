/** How far the running job is, steps of unfinished images included. */
import { jobFraction } from '#shared/job-fraction.ts'
import type { JobsState } from '#renderer/state/jobs-state.svelte.ts'

export interface QueueProgress {
  readonly finished: number
  readonly total: number
  /** 0 to 1. */
  readonly fraction: number
  readonly timeLeftMs: number | null
}

export function queueProgress({ progress }: JobsState): QueueProgress | undefined {
  if (progress === null) return undefined
  const { itemsFinished: finished, itemCount: total, timeLeftMs } = progress
  return { finished, total, fraction: jobFraction(progress), timeLeftMs }
}
