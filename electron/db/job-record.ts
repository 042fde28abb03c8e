/** Jobs and their items as the queue names them, and the states they go through. */
import type { JOB_ITEM_STATES, JOB_STATES } from '#shared/contract/jobs.ts'
import type { WireError } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'

/**
 * queued → running → done | failed | cancelled; paused and back while it is not finished. A job is `failed` when
 * at least one of its items is, `done` when all are, whatever was cancelled.
 */
export type JobState = (typeof JOB_STATES)[number]

/** queued → running → done | failed | cancelled | set-aside (it brought the engine down too often). */
export type JobItemState = (typeof JOB_ITEM_STATES)[number]

/** What all items of a job have in common. */
export type JobRequest = Omit<GenerationRequest, 'items'>

export interface JobRecord {
  readonly id: number
  readonly request: JobRequest
  readonly state: JobState
  /** Its items make images of the history again and are judged. */
  readonly isReproduction: boolean
  readonly createdAtMs: number
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
  /** What the engine warned of while it ran, each once. */
  readonly warnings: readonly string[]
  /** Items by state; states without any are left out. */
  readonly itemCounts: Partial<Record<JobItemState, number>>
}

/** One image to make. The input is by content, not by path: what was queued cannot change any more. */
export interface NewJobItem {
  readonly prompt: string
  readonly negativePrompt: string
  readonly seed: bigint
  readonly inputHash?: string
  readonly maskHash?: string
  /** In a reproduction: the image to make again. */
  readonly reproducesImageId?: number | null
}

export interface JobItemRecord extends NewJobItem {
  readonly id: number
  readonly jobId: number
  /** From 0, as the request had them. */
  readonly itemIndex: number
  readonly state: JobItemState
  /** How often it was started; how often the engine died with it. */
  readonly attempts: number
  readonly crashCount: number
  readonly error: WireError | null
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
  readonly imageId: number | null
  readonly reproducesImageId: number | null
  readonly verdictId: number | null
}
