/** From the options of `reprise generate` to what the engine takes. */
import { resolve } from 'node:path'
import type { GenerationRequest } from '#shared/generation.ts'
import type { CliHost } from '../host.ts'
import { pictureItems } from '../picture-items.ts'
import { pictureSettings } from '../picture-settings.ts'
import type { GenerateOptions } from './generate-options.ts'

export async function generationRequest(
  args: readonly string[],
  options: GenerateOptions,
  host: CliHost,
): Promise<GenerationRequest> {
  const modelDir = options.model === undefined ? host.defaultModelDir : resolve(host.workingDir, options.model)
  const hasPrompt = args.length > 0 || options.prompt !== undefined || options.prompts !== undefined
  const items = await pictureItems(hasPrompt || (await needsPrompt(modelDir)) ? args : [''], options, host)
  return {
    kind: items[0].inputImage === undefined ? 'text-to-image' : 'image-to-image',
    modelDir,
    items,
    ...pictureSettings(options),
    ...(options.refiner !== undefined && { refinerDir: resolve(host.workingDir, options.refiner) }),
    refinerStart: options.refinerStart,
    ...(options.lora && {
      loras: options.lora.map(({ path, ...strengths }) => ({ path: resolve(host.workingDir, path), ...strengths })),
    }),
    threads: options.threads,
    maxMemoryBytes: options.maxMemory,
    trace: options.trace !== undefined,
  }
}

async function needsPrompt(modelDir: string): Promise<boolean> {
  // loaded when asked for: all else of the engine is left to its own process
  const { takesPrompt } = await import('#engine/checkpoints/takes-prompt.ts')
  return takesPrompt(modelDir)
}
