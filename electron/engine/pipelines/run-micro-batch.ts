/** A few images of one size together: first latents, denoising, decoding, and each image told as it is ready. */
import { VERSION } from '#shared/version.ts'
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import {
  AskedMoreSchema,
  type GenerationItem,
  type GenerationRequest,
  type ImageSettings,
  type MoreSettings,
} from '#shared/generation.ts'
import { fromModelOutput } from '#engine/image/model-pixels.ts'
import { pixelHash } from '#engine/image/rgb-image.ts'
import { TorchCpuGenerator } from '#engine/random/torch-generator.ts'
import { processorKind } from '#engine/runtime/processor.ts'
import { defaultThreadCount } from '#engine/runtime/threads.ts'
import { RUNTIME_VERSION } from '#engine/runtime/version.ts'
import type { Scheduler } from '#engine/schedulers/scheduler.ts'
import { requireFinite } from '#engine/tensor/require-finite.ts'
import { takeRows } from '#engine/tensor/rows.ts'
import { elementCount, type Tensor } from '#engine/tensor/tensor.ts'
import { denoise, drawPerImage, type StepHook } from './denoise.ts'
import type { EncodedPrompts } from './encode-prompts.ts'
import { guided } from './guidance.ts'
import { encodeInputImage, resizeModeOf, type InputImage } from './input-latents.ts'
import { paintLatents, type LatentColors } from './latent-colors.ts'
import type { LoadedModel } from './loaded-model.ts'
import type { ResolvedSettings } from './resolve-settings.ts'
import { refinerStart, type Stage } from './stages.ts'

export interface BatchItem extends GenerationItem {
  /** Place in the request. */
  readonly index: number
  readonly input: InputImage | undefined
  readonly widthPx: number
  readonly heightPx: number
}

/** What all micro-batches of a request share. */
export interface Generation {
  readonly request: GenerationRequest
  readonly settings: ResolvedSettings
  /** In the order that latents go through them. */
  readonly stages: readonly (Stage & { readonly prompts: EncodedPrompts })[]
  readonly stepsPerImage: number
  /** Of portable arithmetic. */
  readonly wasmHash: string | undefined
  /** Input path → what its latents are drawn from, filled as inputs are met. */
  readonly encodedInputs: Map<string, Tensor>
  readonly stepTimes: { totalMs: number; runtimeMs: number; count: number }
  readonly onEvent: (event: GenerationEvent) => void
  readonly signal: AbortSignal
}

export async function runMicroBatch(items: readonly BatchItem[], generation: Generation): Promise<void> {
  const { stages, settings, request, stepTimes, onEvent, signal } = generation
  const { guidanceScale } = settings
  const generators = items.map((item) => new TorchCpuGenerator(item.seed))
  const runs = stages.map((stage) => ({ ...stage, ...stage.newRun() }))
  let latents = await initialLatents(items, generators, runs[0].scheduler, generation)

  onEvent({ type: 'activity', activity: 'loading' })
  for (const { model } of runs) await model.prepareDenoising()
  const denoisingFrom = performance.now()
  onEvent({ type: 'activity', activity: 'denoising' })
  let done = 0
  for (const { model, prompts, scheduler, from, to } of runs) {
    const colors = request.previews ? await model.latentColors() : undefined
    const before = { ms: performance.now(), runtimeMs: model.runtimeMs }
    const conditioning = prompts.forBatch(items.map((item) => ({ ...item, request })))
    const predict = guided(model.diffusion.denoiser({ guidanceScale }), conditioning, guidanceScale)
    const hooks = [reportSteps(items, done - from, colors, generation)]
    latents = await denoise(predict, latents, { scheduler, from, to, generators, signal, hooks })
    done += to - from
    stepTimes.totalMs += performance.now() - before.ms
    stepTimes.runtimeMs += model.runtimeMs - before.runtimeMs
    stepTimes.count += to - from
  }

  onEvent({ type: 'activity', activity: 'decoding' })
  const denoisingMs = (performance.now() - denoisingFrom) / items.length
  for (const [i, item] of items.entries()) {
    const decodingFrom = performance.now()
    const image = await decode(item, takeRows(latents, i, i + 1), generation)
    onEvent({ ...image, durationMs: denoisingMs + performance.now() - decodingFrom })
  }
}

/**
 * Tells every step, with what was asked for of its latents.
 *
 * @param offset what to add to the scheduler's index, as steps are counted through all stages
 */
function reportSteps(
  items: readonly BatchItem[],
  offset: number,
  colors: LatentColors | undefined,
  { request, stepsPerImage, onEvent }: Generation,
): StepHook {
  return ({ index, latents, original }) => {
    onEvent({
      type: 'step',
      items: items.map((item) => item.index),
      step: index + offset + 1,
      stepsPerImage,
      // a copy: the message may leave after the next step has begun
      ...(request.trace ? { latents: { shape: [...latents.shape], data: latents.data.slice() } } : {}),
      ...(colors && {
        previews: paintLatents(original(), colors).map((one, i) => ({ item: items[i].index, ...one })),
      }),
    })
    return undefined
  }
}

/** [n, C, h, w]: noise, or the encoded input with noise of the first step on it. */
async function initialLatents(
  items: readonly BatchItem[],
  generators: readonly TorchCpuGenerator[],
  scheduler: Scheduler,
  { stages, settings, encodedInputs }: Generation,
): Promise<Tensor> {
  const [{ model }] = stages
  const { channels, pixelsPerLatent } = model.latents
  const { codec } = model.diffusion
  const [{ widthPx, heightPx }] = items
  const shape = [items.length, channels, heightPx / pixelsPerLatent, widthPx / pixelsPerLatent]
  const perImage = elementCount(shape) / items.length
  if (items[0].input === undefined) {
    const noise = drawPerImage(generators, perImage)
    const sigma = Math.fround(scheduler.initNoiseSigma)
    return { shape, data: noise.map((value) => value * sigma) }
  }
  const encoded = new Float32Array(elementCount(shape))
  for (const [i, { input }] of items.entries()) {
    const known = encodedInputs.get(input!.path) ?? (await encodeInputImage(codec, input!, settings))
    encodedInputs.set(input!.path, known)
    encoded.set(codec.sample(known, generators[i]), i * perImage)
  }
  return { shape, data: scheduler.addNoise(encoded, drawPerImage(generators, perImage), 0) }
}

/** One image at a time: the decoder is what needs most memory. */
async function decode(
  item: BatchItem,
  latents: Tensor,
  generation: Generation,
): Promise<Omit<GenerationEvent & { type: 'image' }, 'durationMs'>> {
  const { stages, request } = generation
  const decoded = await stages[stages.length - 1].model.diffusion.codec.decode(latents)
  requireFinite(decoded.data, 'the decoded image')
  const { rgb, image01 } = fromModelOutput(decoded.data, item.widthPx, item.heightPx)
  return {
    type: 'image',
    item: item.index,
    widthPx: item.widthPx,
    heightPx: item.heightPx,
    pixels: rgb,
    pixelHash: pixelHash(rgb),
    settings: imageSettings(item, generation),
    threadCount: request.arithmetic === 'portable' ? 1 : (request.threads ?? defaultThreadCount()),
    ...(request.trace ? { image: image01 } : {}),
  }
}

function imageSettings(item: BatchItem, { request, settings, stages, wasmHash }: Generation): ImageSettings {
  const [{ model }] = stages
  return {
    kind: request.kind,
    prompt: item.prompt,
    negativePrompt: item.negativePrompt,
    seed: item.seed,
    numInferenceSteps: settings.numInferenceSteps,
    guidanceScale: settings.guidanceScale,
    widthPx: item.widthPx,
    heightPx: item.heightPx,
    scheduler: settings.scheduler,
    sigmas: settings.sigmas,
    ...(item.input && {
      strength: settings.strength,
      resizeMode: resizeModeOf(settings),
      inputImageHash: item.input.fileHash,
    }),
    ...moreSettings(request, model, stages.at(1)?.model),
    ...(wasmHash !== undefined && { wasmHash }),
    modelName: model.checkpoint.name,
    modelHash: model.checkpoint.hash,
    precision: model.target.precision,
    provider: model.target.provider,
    engineVersion: VERSION,
    runtimeVersion: RUNTIME_VERSION,
  }
}

/** The settings of the request that only some images have, where they were given. */
function moreSettings(
  request: GenerationRequest,
  { how: { loras } }: LoadedModel,
  refiner: LoadedModel | undefined,
): MoreSettings {
  // portable arithmetic is the same on every kind
  const processor = request.arithmetic === 'portable' ? undefined : processorKind()
  return {
    ...(processor && { processor }),
    ...AskedMoreSchema.parse(request),
    ...(loras.length > 0 && {
      loras: loras.map(({ name, hash, weight, textWeight }) => ({
        name,
        hash,
        weight,
        ...(textWeight !== undefined && { textWeight }),
      })),
    }),
    ...(refiner && {
      refiner: { name: refiner.checkpoint.name, hash: refiner.checkpoint.hash, start: refinerStart(request) },
    }),
  }
}
