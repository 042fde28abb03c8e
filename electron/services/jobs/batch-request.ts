/** A batch as the engine is asked for it. */
import type { Settings } from '#shared/contract/settings.ts'
import { AppError } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import type { InputStore } from '../images/input-store.ts'
import type { Reproduction } from '../reproduce/reproduction.ts'
import type { Batch } from './take-batch.ts'

export interface RequestSources {
  readonly inputs: Pick<InputStore, 'pathOf'>
  readonly reproduction: Pick<Reproduction, 'request'>
}

/** @throws {AppError} `not-found`, and for what is made again `model-not-found`, … */
export function batchRequest(
  { job, items }: Batch,
  { threads, maxMemoryBytes, previews }: Settings,
  { inputs, reproduction }: RequestSources,
): GenerationRequest {
  const resources = {
    previews,
    ...(threads !== null && { threads }),
    ...(maxMemoryBytes !== null && { maxMemoryBytes }),
  }
  if (job.isReproduction) return { ...reproduction.request(imageToMakeAgain(items[0])), ...resources }
  return {
    ...job.request,
    ...resources,
    items: items.map(({ prompt, negativePrompt, seed, inputHash }) => ({
      prompt,
      negativePrompt,
      seed,
      ...(inputHash !== undefined && { inputImage: inputs.pathOf(inputHash) }),
    })),
  }
}

/** @throws {AppError} `not-found` */
export function imageToMakeAgain({ reproducesImageId }: Batch['items'][number]): number {
  if (reproducesImageId !== null) return reproducesImageId
  throw new AppError('not-found', 'the image to make again was deleted for good')
}
