/** How far the running job is, steps of unfinished images included. */
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
  const { itemsFinished, itemCount, itemIds, step, stepsPerImage, timeLeftMs } = progress
  const inHand = progress.activity === 'denoising' ? (itemIds.length * step) / Math.max(1, stepsPerImage) : 0
  const fraction = itemCount === 0 ? 0 : Math.min(1, (itemsFinished + inHand) / itemCount)
  return { finished: itemsFinished, total: itemCount, fraction, timeLeftMs }
}
