/**
 * The engine's one job: request → settings → plan → tokens → embeddings → latents → images, told step by step.
 * Follow it from top to bottom; each stage has its file beside this one.
 */
import { AppError } from '#shared/errors.ts'
import type { GenerationEvent, GenerationResult } from '#shared/engine-protocol.ts'
import type { GenerationItem, GenerationRequest } from '#shared/generation.ts'
import { rowsPerImage } from '#shared/model-memory.ts'
import { openFolder } from '#engine/checkpoints/open-folder.ts'
import { createScheduler } from '#engine/schedulers/create-scheduler.ts'
import { imageToImageBeginIndex } from '#engine/schedulers/image-to-image-begin.ts'
import type { Scheduler } from '#engine/schedulers/scheduler.ts'
import { EncodedPrompts } from './encode-prompts.ts'
import { openInputImage, type InputImage } from './input-latents.ts'
import { LoadedModel } from './loaded-model.ts'
import { planMicroBatches } from './plan-micro-batches.ts'
import { resolveSettings, type ResolvedSettings } from './resolve-settings.ts'
import { runMicroBatch, type BatchItem, type Generation } from './run-micro-batch.ts'

export interface GenerateContext {
  readonly onEvent: (event: GenerationEvent) => void
  readonly signal: AbortSignal
}

/** The model of the last request, kept for the next. */
let loaded: LoadedModel | undefined

/**
 * @throws {AppError} `cancelled` when the signal is aborted, between two steps; else what its stages throw. Images
 *   already told through `onEvent` stay valid.
 */
export async function generate(request: GenerationRequest, context: GenerateContext): Promise<GenerationResult> {
  const started = performance.now()
  context.onEvent({ type: 'activity', activity: 'loading' })
  const model = await openModel(request)
  const loadedBefore = model.loadMs
  const settings = resolveSettings(request, model)
  const newScheduler = schedulerFactory(request, settings, model)
  const stepsPerImage = newScheduler().timesteps.length
  const inputs = await openInputs(request, settings, model.latents.pixelsPerLatent)
  const items = request.items.map((item, index) => batchItem(item, index, settings, inputs))
  if (request.trace) requireOneSize(items)

  const { conditioner, embedsGuidance } = model.diffusion
  const isGuided = conditioner !== undefined && !embedsGuidance && rowsPerImage(settings.guidanceScale) > 1
  const microBatches = planMicroBatches(items, {
    maxMemoryBytes: request.maxMemoryBytes,
    memory: model.memory,
    rowsPerImage: isGuided ? 2 : 1,
  })
  context.onEvent({ type: 'plan', imageCount: items.length, stepsPerImage, microBatches })

  context.onEvent({ type: 'activity', activity: 'encoding' })
  const onWarning = (message: string): void => {
    context.onEvent({ type: 'warning', message })
  }
  const prompts = await EncodedPrompts.encode(conditioner, request.items, { isGuided, request, onWarning })

  const generation: Generation = {
    request,
    settings,
    model,
    prompts,
    newScheduler,
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
    loadMs: model.loadMs - loadedBefore,
    totalMs: performance.now() - started,
    stepsMs: stepTimes.totalMs,
    stepsRuntimeMs: stepTimes.runtimeMs,
    stepCount: stepTimes.count,
  }
}

/** The model is opened anew each time, which is cheap, so that a file changed on disk is seen. */
async function openModel({ modelDir, threads }: GenerationRequest): Promise<LoadedModel> {
  const checkpoint = await openFolder(modelDir)
  if (loaded?.serves(checkpoint, threads)) return loaded
  await loaded?.release()
  loaded = undefined
  loaded = await LoadedModel.open(checkpoint, threads)
  return loaded
}

function schedulerFactory(request: GenerationRequest, settings: ResolvedSettings, model: LoadedModel): () => Scheduler {
  const { numInferenceSteps, scheduler: name, sigmas, strength } = settings
  const beginIndex = request.kind === 'image-to-image' ? imageToImageBeginIndex(numInferenceSteps, strength) : undefined
  const { schedulerConfig: config, architecture } = model.checkpoint
  const asInPipeline = architecture.correctsScheduler
  return () => createScheduler({ name, config, numInferenceSteps, sigmas, beginIndex, asInPipeline })
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
