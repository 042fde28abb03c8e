/** Planned images as jobs: one for each set of settings, because a job has one for all of its images. */
import type { z } from 'zod'
import type { NewJobSchema } from '#shared/contract/jobs.ts'
import type { PlannedImage } from './plan.ts'

export interface JobGroup {
  readonly settingsKey: string
  readonly images: readonly PlannedImage[]
}

/** In the order of their first images; those of one model together, so that it is loaded once. */
export function groupJobs(images: readonly PlannedImage[]): JobGroup[] {
  const bySettings = Map.groupBy(images, (image) => image.settingsKey)
  const byModel = Map.groupBy(bySettings.values(), ([first]) => first.modelId)
  return [...byModel.values()].flat().map((of) => ({ settingsKey: of[0].settingsKey, images: of }))
}

export function newJobOf({ images }: JobGroup): z.input<typeof NewJobSchema> {
  const [{ modelId, settings }] = images
  return {
    ...(modelId === undefined ? {} : { modelId }),
    settings,
    items: images.map(({ prompt, negativePrompt, seed }) => ({ prompt, negativePrompt, seed })),
  }
}
