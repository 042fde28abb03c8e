/** From options to the list of images to make. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expandBatch } from '#shared/batch.ts'
import { AppError, quoted } from '#shared/errors.ts'
import type { GenerationItem } from '#shared/generation.ts'
import type { CliHost } from './host.ts'
import type { PictureOptions } from './picture-options.ts'
import { readPromptFile } from './prompt-file.ts'

/** All that can be known to be wrong without the model is found here, before anything is written. */
export async function pictureItems(
  args: readonly string[],
  options: PictureOptions,
  host: CliHost,
): Promise<GenerationItem[]> {
  const inPlace = (path: string): string => resolve(host.workingDir, path)
  const inputImages = (options.image ?? []).map(inPlace)
  if (inputImages.length === 0) refuseImageOptions(options)
  await Promise.all(inputImages.map(checkInputImage))

  const prompts = [...args, ...(options.prompt ?? [])]
  if (options.prompts !== undefined) {
    const path = options.prompts === '-' ? '-' : inPlace(options.prompts)
    prompts.push(...(await readPromptFile(path, host.stdin)))
  }
  return expandBatch({
    prompts,
    negativePrompt: options.negative,
    imagesPerPrompt: options.imagesPerPrompt,
    seeds: options.seed ?? [],
    inputImages,
  })
}

function refuseImageOptions(options: PictureOptions): void {
  const given = (['strength', 'resizeMode'] as const).find((name) => options[name] !== undefined)
  if (given === undefined) return
  const flag = given === 'strength' ? '--strength' : '--resize-mode'
  throw new AppError('invalid-argument', `${flag} is about an input image: give one with --image`)
}

async function checkInputImage(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw new AppError('image-not-found', `there is no input image ${quoted(path)}`, { cause: error })
  })
  if (found.isDirectory()) throw new AppError('image-invalid', `the input image ${quoted(path)} is a folder`)
}
