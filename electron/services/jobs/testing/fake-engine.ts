/** For tests of the queue: an engine that does what a test tells it, request by request. */
import { createHash } from 'node:crypto'
import type { GenerationEvent, GenerationResult } from '#shared/engine-protocol.ts'
import { AppError } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'

export const STEPS = 4

/** One request that the engine was asked for. */
export class EngineCall {
  readonly request: GenerationRequest
  readonly signal: AbortSignal
  readonly tell: (event: GenerationEvent) => void
  readonly answer = Promise.withResolvers<GenerationResult>()

  constructor(request: GenerationRequest, signal: AbortSignal, tell: (event: GenerationEvent) => void) {
    this.request = request
    this.signal = signal
    this.tell = tell
    // between two steps, as the engine does
    const stop = (): void => {
      this.fail(new AppError('cancelled', 'stopped'))
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  }

  get prompts(): string[] {
    return this.request.items.map(({ prompt }) => prompt)
  }

  step(items: number[], step: number, previews?: (GenerationEvent & { type: 'step' })['previews']): void {
    this.tell({ type: 'step', items, step, stepsPerImage: STEPS, ...(previews && { previews }) })
  }

  image(item: number): void {
    this.tell(imageEvent(this.request, item))
  }

  finish(): void {
    const imageCount = this.request.items.length
    this.answer.resolve({ imageCount, loadMs: 0, totalMs: 1, stepsMs: 1, stepsRuntimeMs: 1, stepCount: STEPS })
  }

  fail(error: AppError): void {
    this.answer.reject(error)
  }

  /** The whole request without a hitch. */
  makeAll(): void {
    const all = this.request.items.map((_, index) => index)
    this.tell({ type: 'plan', imageCount: all.length, stepsPerImage: STEPS, microBatches: [all] })
    this.tell({ type: 'activity', activity: 'denoising' })
    for (let step = 1; step <= STEPS; step++) this.step(all, step)
    for (const index of all) this.image(index)
    this.finish()
  }
}

export class FakeEngine {
  /** What it does with each request by itself; none: it waits for the test. */
  behave: ((call: EngineCall) => void) | undefined
  readonly calls: EngineCall[] = []
  #taken = 0
  #called = Promise.withResolvers<undefined>()

  generate(
    request: GenerationRequest,
    {
      onEvent,
      signal = new AbortController().signal,
    }: { onEvent: (event: GenerationEvent) => void; signal?: AbortSignal },
  ): Promise<GenerationResult> {
    const call = new EngineCall(request, signal, onEvent)
    this.calls.push(call)
    this.#called.resolve(undefined)
    this.#called = Promise.withResolvers()
    this.behave?.(call)
    return call.answer.promise
  }

  /** The next request, which may have come already. */
  async next(): Promise<EngineCall> {
    while (this.calls.length === this.#taken) await this.#called.promise
    return this.calls[this.#taken++]
  }
}

function imageEvent(request: GenerationRequest, index: number): GenerationEvent {
  const item = request.items[index]
  const pixels = new Uint8Array(8 * 8 * 3).fill(Number(item.seed & 255n))
  return {
    type: 'image',
    item: index,
    widthPx: 8,
    heightPx: 8,
    pixels,
    pixelHash: createHash('sha256').update(pixels).digest('hex'),
    durationMs: 5,
    threadCount: 1,
    settings: {
      kind: request.kind,
      prompt: item.prompt,
      negativePrompt: item.negativePrompt,
      seed: item.seed,
      numInferenceSteps: STEPS,
      guidanceScale: 7.5,
      widthPx: 8,
      heightPx: 8,
      scheduler: 'ddim',
      sigmas: 'default',
      modelName: 'fake',
      modelHash: 'ab'.repeat(32),
      precision: 'float32',
      provider: 'cpu',
      engineVersion: '0.0.0',
      runtimeVersion: '0.0.0',
    },
  }
}
