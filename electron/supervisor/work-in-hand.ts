/**
 * What the engine is at, put together from a request and what it tells: how long it may be silent, and how to say it.
 *
 * The engine's thread cannot answer while ONNX Runtime computes, so silence means nothing for as long as the longest
 * single computation takes. The limits are many times what slow machines were seen to need; a pace that was seen is
 * trusted more than any limit.
 */
import type { Activity, GenerationEvent } from '#shared/engine-protocol.ts'
import type { GenerationRequest } from '#shared/generation.ts'

export interface SilenceLimits {
  /** Waiting for work, or between two messages of it: a ping is answered at once. */
  idleMs: number
  /** A large model from a slow disk. */
  loadingMs: number
  /** For one image of 512 × 512; larger ones and more of them at once may take longer in proportion. */
  computingMs: number
}

export const SILENCE_LIMITS: SilenceLimits = { idleMs: 30_000, loadingMs: 15 * 60_000, computingMs: 5 * 60_000 }

const BASE_PIXELS = 512 * 512
/** Where the request leaves the size to the model or to the input image: larger than any model's own. */
const UNKNOWN_PIXELS = { 'text-to-image': 1024 * 1024, 'image-to-image': 2048 * 2048 }
const TIMES_LONGEST_STEP = 20

export class WorkInHand {
  readonly #request: GenerationRequest
  #activity: Activity = 'loading'
  /** Images of the largest micro-batch. */
  #imagesAtOnce = 1
  #lastStep = ''
  /** When the step in hand began; undefined if that is not known. */
  #stepFromMs: number | undefined
  #longestStepMs = 0

  constructor(request: GenerationRequest) {
    this.#request = request
  }

  follow(event: GenerationEvent, nowMs = performance.now()): void {
    if (event.type === 'plan') this.#imagesAtOnce = Math.max(...event.microBatches.map((batch) => batch.length))
    if (event.type === 'activity') {
      this.#activity = event.activity
      this.#lastStep = ''
      this.#stepFromMs = event.activity === 'denoising' ? nowMs : undefined
    }
    if (event.type === 'step') {
      if (this.#stepFromMs !== undefined) {
        this.#longestStepMs = Math.max(this.#longestStepMs, nowMs - this.#stepFromMs)
      }
      this.#stepFromMs = nowMs
      this.#lastStep = `, after step ${event.step} of ${event.stepsPerImage}`
    }
  }

  /** Time has passed in which nothing ran: the step in hand tells nothing of the pace. */
  forgetStepInHand(): void {
    this.#stepFromMs = undefined
  }

  silenceLimitMs({ loadingMs, computingMs }: SilenceLimits): number {
    const { kind, widthPx, heightPx } = this.#request
    const pixels = widthPx && heightPx ? widthPx * heightPx : UNKNOWN_PIXELS[kind]
    const byWork =
      this.#activity === 'loading' ? loadingMs : computingMs * Math.max(1, (this.#imagesAtOnce * pixels) / BASE_PIXELS)
    return Math.max(byWork, TIMES_LONGEST_STEP * this.#longestStepMs)
  }

  /** As in "denoising 4 images of 512 × 512 at once, after step 3 of 20". */
  describe(): string {
    const { widthPx, heightPx } = this.#request
    const size = widthPx && heightPx ? ` of ${widthPx} × ${heightPx}` : ''
    const images = this.#imagesAtOnce === 1 ? `an image${size}` : `${this.#imagesAtOnce} images${size} at once`
    if (this.#activity === 'loading') return 'loading the model'
    if (this.#activity === 'encoding') return `encoding what ${images} is made from`
    // the decoder takes one after the other
    if (this.#activity === 'decoding') return `decoding an image${size}`
    return `denoising ${images}${this.#lastStep}`
  }
}
