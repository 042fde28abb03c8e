/**
 * The engine's one job: request → settings → plan → tokens → embeddings → latents → images, told step by step.
 * Follow it from top to bottom; each stage has its file beside this one.
 */
import { AppError } from '#shared/errors.ts'
import type { GenerationEvent, GenerationResult } from '#shared/engine-protocol.ts'
import type { GenerationItem, GenerationRequest } from '#shared/generation.ts'
import { fixedBytes, rowsPerImage, type MemoryProfile } from '#shared/model-memory.ts'
import { portableRuntimeHash } from '#engine/runtime/portable-session.ts'
import { openLoras } from '#engine/checkpoints/overlays/open-lora.ts'
import { EncodedPrompts } from './encode-prompts.ts'
import { openInputImage, type InputImage } from './input-latents.ts'
import type { LoadedModel } from './loaded-model.ts'
import { ModelCache } from './model-cache.ts'
import { planMicroBatches } from './plan-micro-batches.ts'
import { resolveSettings, type ResolvedSettings } from './resolve-settings.ts'
import { runMicroBatch, type BatchItem, type Generation } from './run-micro-batch.ts'
import { stagesOf } from './stages.ts'

export interface GenerateContext {
  readonly onEvent: (event: GenerationEvent) => void
  readonly signal: AbortSignal
}

const models = new ModelCache()

/**
 * @throws {AppError} `cancelled` when the signal is aborted, between two steps; else what its stages throw. Images
 *   already told through `onEvent` stay valid.
 */
export async function generate(request: GenerationRequest, context: GenerateContext): Promise<GenerationResult> {
  const started = performance.now()
  context.onEvent({ type: 'activity', activity: 'loading' })
  const { modelDir, refinerDir, threads, maxMemoryBytes, arithmetic = 'native' } = request
  const onWarning = (message: string): void => {
    context.onEvent({ type: 'warning', message })
  }
  const how = { threads, maxMemoryBytes, arithmetic, loras: [] }
  const model = await models.open(modelDir, { ...how, loras: await openLoras(request.loras ?? []) })
  for (const warning of model.warnings) onWarning(warning)
  const refiner = refinerDir === undefined ? undefined : await models.open(refinerDir, how, [model])
  const loadedBefore = loadMs(model, refiner)
  const settings = resolveSettings(request, model)
  const stages = stagesOf(request, settings, model, refiner)
  const stepsPerImage = stages.map((stage) => stage.newRun()).reduce((sum, { from, to }) => sum + to - from, 0)
  const inputs = await openInputs(request, settings, model.latents.sizeMultiplePx)
  const items = request.items.map((item, index) => batchItem(item, index, settings, inputs))
  if (request.trace) requireOneSize(items)

  const isGuided = stages.some((stage) => runsTwice(stage.model, settings.guidanceScale))
  const microBatches = planMicroBatches(items, {
    maxMemoryBytes: request.maxMemoryBytes,
    memory: togetherMemory(model, refiner),
    rowsPerImage: isGuided ? 2 : 1,
  })
  context.onEvent({ type: 'plan', imageCount: items.length, stepsPerImage, microBatches })

  context.onEvent({ type: 'activity', activity: 'encoding' })
  const encoded: EncodedPrompts[] = []
  for (const [i, { model: own }] of stages.entries()) {
    encoded.push(
      await EncodedPrompts.encode(own.diffusion.conditioner, request.items, {
        isGuided: runsTwice(own, settings.guidanceScale),
        request,
        // what the first model has warned of, the second would say again
        ...(i === 0 && { onWarning }),
      }),
    )
  }

  const generation: Generation = {
    request,
    settings,
    stages: stages.map((stage, i) => ({ ...stage, prompts: encoded[i] })),
    stepsPerImage,
    wasmHash: arithmetic === 'portable' ? await portableRuntimeHash() : undefined,
    encodedInputs: new Map(),
    stepTimes: { totalMs: 0, runtimeMs: 0, count: 0 },
    ...context,
  }
  for (const batch of microBatches) {
    await runMicroBatch(
      batch.map((index) => items[index]),
      generation,
    )
  }
  const { stepTimes } = generation
  return {
    imageCount: items.length,
    loadMs: loadMs(model, refiner) - loadedBefore,
    totalMs: performance.now() - started,
    stepsMs: stepTimes.totalMs,
    stepsRuntimeMs: stepTimes.runtimeMs,
    stepCount: stepTimes.count,
  }
}

/** Whether guidance takes a second pass: not where the scale says none, nor where the network takes it as an input. */
function runsTwice({ diffusion }: LoadedModel, guidanceScale: number): boolean {
  return diffusion.conditioner !== undefined && !diffusion.embedsGuidance && rowsPerImage(guidanceScale) > 1
}

function loadMs(...models: readonly (LoadedModel | undefined)[]): number {
  return models.reduce((sum, model) => sum + (model?.loadMs ?? 0), 0)
}

/** Weights of both models, and the working memory of whichever needs more. */
function togetherMemory({ memory }: LoadedModel, refiner: LoadedModel | undefined): MemoryProfile {
  if (refiner === undefined) return memory
  const other = refiner.memory
  return {
    processBytes: memory.processBytes + fixedBytes(other) - other.processBytes,
    weightBytes: memory.weightBytes,
    unetBytesPerPixel: Math.max(memory.unetBytesPerPixel, other.unetBytesPerPixel),
    decoderBytesPerPixel: Math.max(memory.decoderBytesPerPixel, other.decoderBytesPerPixel),
    oneAtATime: memory.oneAtATime || other.oneAtATime,
  }
}

/** A trace holds all images in one tensor. */
function requireOneSize(items: readonly BatchItem[]): void {
  const sizes = [...new Set(items.map(({ widthPx, heightPx }) => `${widthPx} × ${heightPx}`))]
  if (sizes.length === 1) return
  throw new AppError(
    'trace-sizes-differ',
    `a trace needs images of one size, these have ${sizes.length} (${sizes.slice(0, 3).join(', ')}): give --width and --height, or run them one by one`,
  )
}

async function openInputs(
  request: GenerationRequest,
  settings: ResolvedSettings,
  factor: number,
): Promise<ReadonlyMap<string, InputImage>> {
  const inputs = new Map<string, InputImage>()
  for (const { inputImage } of request.items) {
    if (inputImage === undefined || inputs.has(inputImage)) continue
    inputs.set(inputImage, await openInputImage(inputImage, settings, factor))
  }
  return inputs
}

function batchItem(
  item: GenerationItem,
  index: number,
  settings: ResolvedSettings,
  inputs: ReadonlyMap<string, InputImage>,
): BatchItem {
  const input = item.inputImage === undefined ? undefined : inputs.get(item.inputImage)
  const size = input ?? { widthPx: settings.widthPx!, heightPx: settings.heightPx! }
  return { ...item, index, input, widthPx: size.widthPx, heightPx: size.heightPx }
}
