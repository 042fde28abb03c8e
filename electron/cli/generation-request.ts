/** From the options of `reprise generate` to what the engine takes. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expandBatch } from '#shared/batch.ts'
import { AppError, quoted } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import type { GenerateOptions } from './generate-options.ts'
import type { CliHost } from './host.ts'
import { readPromptFile } from './prompt-file.ts'

/** All that can be known to be wrong without the model is found here, before anything is written. */
export async function generationRequest(
  args: readonly string[],
  options: GenerateOptions,
  host: CliHost,
): Promise<GenerationRequest> {
  const inPlace = (path: string): string => resolve(host.workingDir, path)
  const inputImages = (options.image ?? []).map(inPlace)
  if (inputImages.length === 0) refuseImageOptions(options)
  await Promise.all(inputImages.map(checkInputImage))

  const prompts = [...args, ...(options.prompt ?? [])]
  if (options.prompts !== undefined) {
    const path = options.prompts === '-' ? '-' : inPlace(options.prompts)
    prompts.push(...(await readPromptFile(path, host.stdin)))
  }
  return {
    kind: inputImages.length === 0 ? 'text-to-image' : 'image-to-image',
    modelDir: options.model === undefined ? host.defaultModelDir : inPlace(options.model),
    items: expandBatch({
      prompts,
      negativePrompt: options.negative,
      imagesPerPrompt: options.imagesPerPrompt,
      seeds: options.seed ?? [],
      inputImages,
    }),
    numInferenceSteps: options.steps,
    guidanceScale: options.guidance,
    widthPx: options.width,
    heightPx: options.height,
    scheduler: options.scheduler,
    sigmas: options.sigmas,
    strength: options.strength,
    resizeMode: options.resizeMode,
    threads: options.threads,
    maxMemoryBytes: options.maxMemory,
    trace: options.trace !== undefined,
  }
}

function refuseImageOptions(options: GenerateOptions): void {
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
