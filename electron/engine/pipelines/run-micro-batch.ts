/** A few images of one size together: first latents, denoising, decoding, and each image told as it is ready. */
import { VERSION } from '#shared/version.ts'
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import type { GenerationItem, GenerationRequest, ImageSettings } from '#shared/generation.ts'
import { fromModelOutput } from '#engine/image/model-pixels.ts'
import { pixelHash } from '#engine/image/rgb-image.ts'
import { TorchCpuGenerator } from '#engine/random/torch-generator.ts'
import { PROVIDER } from '#engine/runtime/session.ts'
import { defaultThreadCount } from '#engine/runtime/threads.ts'
import { RUNTIME_VERSION } from '#engine/runtime/version.ts'
import type { Scheduler } from '#engine/schedulers/scheduler.ts'
import { elementCount, type Tensor } from '#engine/tensor/tensor.ts'
import { denoise, drawPerImage } from './denoise.ts'
import { encodeInputImage, resizeModeOf, samplePosterior, type InputImage } from './input-latents.ts'
import { paintLatents } from './latent-colors.ts'
import type { LoadedModel } from './loaded-model.ts'
import { requireFinite } from './require-finite.ts'
import type { ResolvedSettings } from './resolve-settings.ts'

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
  readonly model: LoadedModel
  readonly embeds: ReadonlyMap<string, Tensor>
  readonly isGuided: boolean
  readonly newScheduler: () => Scheduler
  /** Input path → its encoded posterior, filled as inputs are met. */
  readonly moments: Map<string, Tensor>
  readonly stepTimes: { totalMs: number; runtimeMs: number; count: number }
  readonly onEvent: (event: GenerationEvent) => void
  readonly signal: AbortSignal
}

export async function runMicroBatch(items: readonly BatchItem[], generation: Generation): Promise<void> {
  const { model, embeds, isGuided, settings, request, stepTimes, onEvent, signal } = generation
  const generators = items.map((item) => new TorchCpuGenerator(item.seed))
  const scheduler = generation.newScheduler()
  const initial = await initialLatents(items, generators, scheduler, generation)

  onEvent({ type: 'activity', activity: 'loading' })
  const unet = await model.session('unet')
  const colors = request.previews ? await model.latentColors() : undefined
  const denoisingFrom = performance.now()
  onEvent({ type: 'activity', activity: 'denoising' })
  const before = { ms: performance.now(), runtimeMs: unet.runtimeMs }
  const latents = await denoise(model, initial, {
    scheduler,
    generators,
    promptEmbeds: items.map((item) => embeds.get(item.prompt)!),
    negativeEmbeds: isGuided ? items.map((item) => embeds.get(item.negativePrompt)!) : [],
    guidanceScale: settings.guidanceScale,
    signal,
    onStep: (step, current, original) => {
      onEvent({
        type: 'step',
        items: items.map((item) => item.index),
        step,
        stepsPerImage: scheduler.timesteps.length,
        // a copy: the message may leave after the next step has begun
        ...(request.trace ? { latents: { shape: [...current.shape], data: current.data.slice() } } : {}),
        ...(colors && {
          previews: paintLatents(original(), colors).map((one, i) => ({ item: items[i].index, ...one })),
        }),
      })
    },
  })
  stepTimes.totalMs += performance.now() - before.ms
  stepTimes.runtimeMs += unet.runtimeMs - before.runtimeMs
  stepTimes.count += scheduler.timesteps.length

  onEvent({ type: 'activity', activity: 'decoding' })
  const denoisingMs = (performance.now() - denoisingFrom) / items.length
  const perImage = latents.data.length / items.length
  for (const [i, item] of items.entries()) {
    const decodingFrom = performance.now()
    const own = latents.data.subarray(i * perImage, (i + 1) * perImage)
    const image = await decode(item, { shape: [1, ...latents.shape.slice(1)], data: own }, generation)
    onEvent({ ...image, durationMs: denoisingMs + performance.now() - decodingFrom })
  }
}

/** [n, C, h, w]: noise, or the encoded input with noise of the first step on it. */
async function initialLatents(
  items: readonly BatchItem[],
  generators: readonly TorchCpuGenerator[],
  scheduler: Scheduler,
  { model, settings, moments }: Generation,
): Promise<Tensor> {
  const { latentChannels, scaleFactor } = model.vae
  const [{ widthPx, heightPx }] = items
  const shape = [items.length, latentChannels, heightPx / scaleFactor, widthPx / scaleFactor]
  const perImage = elementCount(shape) / items.length
  if (items[0].input === undefined) {
    const noise = drawPerImage(generators, perImage)
    const sigma = Math.fround(scheduler.initNoiseSigma)
    return { shape, data: noise.map((value) => value * sigma) }
  }
  const encoded = new Float32Array(elementCount(shape))
  for (const [i, { input }] of items.entries()) {
    const known = moments.get(input!.path) ?? (await encodeInputImage(model, input!, settings))
    moments.set(input!.path, known)
    encoded.set(samplePosterior(known, generators[i], model.vae), i * perImage)
  }
  return { shape, data: scheduler.addNoise(encoded, drawPerImage(generators, perImage), 0) }
}

/** One image at a time: the decoder is what needs most memory. */
async function decode(
  item: BatchItem,
  latents: Tensor,
  generation: Generation,
): Promise<Omit<GenerationEvent & { type: 'image' }, 'durationMs'>> {
  const { model, request } = generation
  const decoded = await model.decode(latents)
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
    threadCount: request.threads ?? defaultThreadCount(),
    ...(request.trace ? { image: image01 } : {}),
  }
}

function imageSettings(item: BatchItem, { request, settings, model }: Generation): ImageSettings {
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
    modelName: model.folder.name,
    modelHash: model.folder.hash,
    precision: 'float32',
    provider: PROVIDER,
    engineVersion: VERSION,
    runtimeVersion: RUNTIME_VERSION,
  }
}
