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
  const items = await pictureItems(args, options, host)
  return {
    kind: items[0].inputImage === undefined ? 'text-to-image' : 'image-to-image',
    modelDir: options.model === undefined ? host.defaultModelDir : resolve(host.workingDir, options.model),
    items,
    ...pictureSettings(options),
    ...(options.refiner !== undefined && { refinerDir: resolve(host.workingDir, options.refiner) }),
    refinerStart: options.refinerStart,
    threads: options.threads,
    maxMemoryBytes: options.maxMemory,
    trace: options.trace !== undefined,
  }
}
