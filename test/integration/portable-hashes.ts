/** Makes images in portable arithmetic and gives their hashes; run as a script with names of cases, prints them as JSON. */
import path from 'node:path'
import type { GenerationRequest } from '#shared/generation.ts'
import { PIPELINES_DIR, runGeneration } from './run-generation.ts'

const STARTER = path.join(import.meta.dirname, '../../build/starter/model')
const fixture = (name: string): string => path.join(PIPELINES_DIR, 'models', name)
const input = (name: string): string => path.join(PIPELINES_DIR, 'inputs', name)

type Case = Omit<GenerationRequest, 'arithmetic' | 'threads'>

export const PORTABLE_CASES = {
  starter: {
    kind: 'text-to-image',
    modelDir: STARTER,
    numInferenceSteps: 2,
    scheduler: 'euler_a',
    items: [
      { prompt: 'a red house', negativePrompt: 'snow', seed: 3n },
      { prompt: 'a boat', negativePrompt: '', seed: 4n },
    ],
  },
  sd1: {
    kind: 'text-to-image',
    modelDir: fixture('sd1'),
    numInferenceSteps: 3,
    scheduler: 'dpmpp_2m',
    sigmas: 'karras',
    widthPx: 40,
    heightPx: 56,
    items: [{ prompt: 'a red house', negativePrompt: '', seed: 1n }],
  },
  sd2: {
    kind: 'image-to-image',
    modelDir: fixture('sd2'),
    numInferenceSteps: 4,
    strength: 0.6,
    items: [{ prompt: 'lake', negativePrompt: 'fog', seed: 2n, inputImage: input('odd.png') }],
  },
  xl: {
    kind: 'text-to-image',
    modelDir: fixture('xl'),
    refinerDir: fixture('xl-refiner'),
    refinerStart: 0.6,
    numInferenceSteps: 5,
    items: [{ prompt: 'lake', negativePrompt: '', seed: 5n }],
  },
  distilled: {
    kind: 'text-to-image',
    modelDir: fixture('distilled'),
    numInferenceSteps: 3,
    items: [{ prompt: 'hill', negativePrompt: '', seed: 6n }],
  },
  unconditional: {
    kind: 'text-to-image',
    modelDir: fixture('unconditional'),
    numInferenceSteps: 3,
    items: [{ prompt: '', negativePrompt: '', seed: 0n }],
  },
} as const satisfies Record<string, Case>

export async function portableHashes(
  name: keyof typeof PORTABLE_CASES,
  { only, threads }: { only?: number; threads?: number } = {},
): Promise<string[]> {
  const { items, ...request }: Case = PORTABLE_CASES[name]
  const run = await runGeneration({
    ...request,
    items: only === undefined ? items : [items[only]],
    arithmetic: 'portable',
    threads,
  })
  return run.images.map(({ pixelHash }) => pixelHash)
}

if (process.argv[1] === import.meta.filename) {
  const hashes: Record<string, string[]> = {}
  for (const name of process.argv.slice(2) as (keyof typeof PORTABLE_CASES)[]) hashes[name] = await portableHashes(name)
  process.stdout.write(JSON.stringify(hashes))
}
