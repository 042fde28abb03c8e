/**
 * How far the whole queue is: the jobs that are not over, and those that ran before them without a break, so that the
 * count does not begin anew with every job.
 */
import type { JobProgress, JobView } from '#shared/contract/jobs.ts'
import { jobFraction } from '#shared/job-fraction.ts'
import type { JobsState } from './jobs-state.svelte.ts'

interface QueueProgress {
  /** Images. */
  readonly finished: number
  readonly total: number
  /** 0 to 1. */
  readonly fraction: number
  /** Of all that is queued; null while some of it is unlike anything that was made. */
  readonly timeLeftMs: number | null
}

type Settings = JobView['settings']
/** What a model takes where settings say nothing. */
type DefaultsOf = (modelId: number | undefined) => Settings | null | undefined

const STRENGTH = 0.8

/** @returns undefined where nothing runs */
export function queueProgress(
  { progress, pending, finished }: Pick<JobsState, 'progress' | 'pending' | 'finished'>,
  defaultsOf: DefaultsOf = () => undefined,
): QueueProgress | undefined {
  if (progress === null) return undefined
  const running = pending.find(({ id }) => id === progress.jobId)
  const waiting = pending.filter((job) => job !== running && job.state !== 'paused')
  const before = ranBefore([...(running === undefined ? [] : [running]), ...waiting], finished)
  const done = [...before, ...waiting].reduce((sum, job) => sum + overCount(job), progress.itemsFinished)
  const total =
    done + progress.itemCount - progress.itemsFinished + waiting.reduce((sum, job) => sum + leftCount(job), 0)
  const inHand = jobFraction(progress) * progress.itemCount - progress.itemsFinished
  return {
    finished: done,
    total,
    fraction: Math.min(1, (done + inHand) / Math.max(1, total)),
    timeLeftMs: timeLeftMs({ progress, running, waiting, finished, defaultsOf }),
  }
}

/** Jobs that were still at work when one of these was queued already. */
function ranBefore(jobs: readonly JobView[], finished: readonly JobView[]): JobView[] {
  const found: JobView[] = []
  let since = Math.min(...jobs.map(({ createdAtMs }) => createdAtMs))
  // the latest first
  for (const job of finished) {
    if (job.finishedAtMs === null || job.finishedAtMs < since) break
    found.push(job)
    since = Math.min(since, job.createdAtMs)
  }
  return found
}

interface Times {
  readonly progress: JobProgress
  readonly running: JobView | undefined
  readonly waiting: readonly JobView[]
  readonly finished: readonly JobView[]
  readonly defaultsOf: DefaultsOf
}

function timeLeftMs({ progress, running, waiting, finished, defaultsOf }: Times): number | null {
  const known: { job: JobView; imageMs: number }[] = finished.flatMap((job) => {
    const imageMs = imageMsOf(job)
    return imageMs === undefined ? [] : [{ job, imageMs }]
  })
  let sumMs = progress.timeLeftMs
  const imagesLeft = progress.itemCount * (1 - jobFraction(progress))
  if (running !== undefined && sumMs !== null && imagesLeft > 0) {
    known.unshift({ job: running, imageMs: sumMs / imagesLeft })
  }
  for (const job of waiting) {
    const like = known.find((other) => other.job.modelId === job.modelId)
    const [work, otherWork] = [workOf(job, defaultsOf), like && workOf(like.job, defaultsOf)]
    if (sumMs === null || like === undefined || work === undefined || otherWork === undefined) return null
    sumMs += (leftCount(job) * like.imageMs * work) / otherWork
  }
  return sumMs
}

function imageMsOf({ startedAtMs, finishedAtMs, itemCounts }: JobView): number | undefined {
  const made = itemCounts.done ?? 0
  return startedAtMs === null || finishedAtMs === null || made === 0 ? undefined : (finishedAtMs - startedAtMs) / made
}

/** What the time of an image is in proportion to: steps that run, and pixels. */
function workOf({ kind, modelId, settings }: JobView, defaultsOf: DefaultsOf): number | undefined {
  const { numInferenceSteps, widthPx, heightPx, strength = STRENGTH } = { ...defaultsOf(modelId), ...settings }
  if (numInferenceSteps === undefined || widthPx === undefined || heightPx === undefined) return undefined
  return numInferenceSteps * (kind === 'image-to-image' ? strength : 1) * widthPx * heightPx
}

function leftCount({ itemCounts: { queued = 0, running = 0 } }: JobView): number {
  return queued + running
}

/** What was cancelled is neither to be made nor made. */
function overCount({ itemCounts }: JobView): number {
  return (itemCounts.done ?? 0) + (itemCounts.failed ?? 0) + (itemCounts['set-aside'] ?? 0)
}
