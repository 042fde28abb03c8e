/** How much of a job is done: what is finished, and what is done of the images in hand. */
import type { JobProgress } from './contract/jobs.ts'

type Part = Pick<JobProgress, 'itemsFinished' | 'itemCount' | 'itemIds' | 'step' | 'stepsPerImage'>

/**
 * Whatever the engine is at: before its first step the step is 0, and what was denoised stays done while it is decoded.
 *
 * @returns 0 to 1
 */
export function jobFraction({ itemsFinished, itemCount, itemIds, step, stepsPerImage }: Part): number {
  const inHand = (itemIds.length * step) / Math.max(1, stepsPerImage)
  return Math.min(1, (itemsFinished + inHand) / Math.max(1, itemCount))
}
