/** GET progress: where the request stands that runs, or would run next. All zero: no request waits. */
import sharp from 'sharp'
import type { JobProgress } from '#shared/contract/jobs.ts'
import type { CurrentRequest } from './generation-requests.ts'
import { timestamp } from './generation-reply.ts'

/** What A1111 shows of a request that has only begun. */
const BEGUN = 0.01

export async function progressReply(current: CurrentRequest | undefined, withImage: boolean): Promise<object> {
  const progress = current?.progress ?? null
  const finished = progress?.itemsFinished ?? 0
  return {
    progress: current === undefined ? 0 : Math.max(BEGUN, shareDone(progress)),
    eta_relative: (progress?.timeLeftMs ?? 0) / 1_000,
    state: {
      skipped: false,
      interrupted: false,
      stopping_generation: false,
      job: current === undefined ? '' : `Batch ${finished + 1} out of ${current.imageCount}`,
      job_count: current?.imageCount ?? 0,
      job_timestamp: current === undefined ? '0' : timestamp(current.addedAtMs),
      job_no: finished,
      sampling_step: progress?.step ?? 0,
      sampling_steps: progress?.stepsPerImage ?? 0,
    },
    current_image: withImage ? await currentImage(current) : null,
    textinfo: textOf(current),
  }
}

function shareDone(progress: JobProgress | null): number {
  if (progress === null) return 0
  const { itemsFinished, itemCount, itemIds, step, stepsPerImage } = progress
  const inHand = stepsPerImage === 0 ? 0 : (itemIds.length * step) / stepsPerImage
  return Math.min(1, (itemsFinished + inHand) / itemCount)
}

/** As PNG: clients show it as one. */
async function currentImage(current: CurrentRequest | undefined): Promise<string | null> {
  if (current?.preview === undefined) return null
  const png = await sharp(current.preview.bytes).png().toBuffer()
  return png.toString('base64')
}

function textOf(current: CurrentRequest | undefined): string | null {
  if (current === undefined) return null
  if (current.progress === null) return 'Waiting for its turn in the queue'
  return current.progress.activity === 'loading' ? 'Loading the model' : null
}
