/** What somebody asks for, as the queue keeps it: complete, so that each image is known before it is made. */
import { randomSeeds } from '#shared/batch.ts'
import type { NewJob } from '#shared/contract/jobs.ts'
import { AppError } from '#shared/errors.ts'
import type { JobRequest, NewJobItem } from '../../db/job-record.ts'

/**
 * @param modelDir absolute
 * @throws {AppError} `invalid-argument` if only some items have an input, or none has and a setting needs one
 */
export function newJob(job: NewJob, modelDir: string): { request: JobRequest; items: NewJobItem[] } {
  const inputCount = job.items.filter(({ inputHash }) => inputHash !== undefined).length
  if (inputCount > 0 && inputCount < job.items.length) {
    throw new AppError(
      'invalid-argument',
      `${inputCount} of ${job.items.length} items have an input image: give one to all (image-to-image) or to none`,
      { data: { inputCount, itemCount: job.items.length } },
    )
  }
  if (inputCount === 0) refuseWithoutInput(job)
  return {
    request: { kind: inputCount > 0 ? 'image-to-image' : 'text-to-image', modelDir, ...job.settings },
    items: withSeeds(job.items),
  }
}

function refuseWithoutInput({ settings }: NewJob): void {
  const setting = (['strength', 'resizeMode'] as const).find((name) => settings[name] !== undefined)
  if (setting === undefined) return
  throw new AppError('invalid-argument', `${setting} needs input images: give each item one, or leave it out`, {
    data: { setting },
  })
}

function withSeeds(items: NewJob['items']): NewJobItem[] {
  const seeds = randomSeeds(items.filter(({ seed }) => seed === undefined).length)
  let drawn = 0
  return items.map((item) => ({ ...item, seed: item.seed ?? seeds[drawn++] }))
}
