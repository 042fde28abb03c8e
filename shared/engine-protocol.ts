/**
 * The whole conversation between the engine process and whoever started it. Nothing else crosses.
 *
 * parent → child: hello, generate, inspect, cancel, ping, shutdown.  child → parent: hello, pong, and for each request
 * progress*, then one result or error. A child whose thread computes answers a ping late, between two steps. Messages
 * travel by structured clone (typed arrays and bigints as they are). Both ends parse what they receive with these
 * schemas; a child of another protocol version is refused at the handshake.
 */
import { z } from 'zod'
import { WireErrorSchema } from './errors.ts'
import { GenerationRequestSchema, ImageSettingsSchema } from './generation.ts'
import { ModelSummarySchema } from './model-summary.ts'

export const PROTOCOL_VERSION = 4

/** What a generation is at. */
export const ACTIVITIES = ['loading', 'encoding', 'denoising', 'decoding'] as const
export type Activity = (typeof ACTIVITIES)[number]

const Bytes = z.instanceof(Uint8Array)
const Floats = z.instanceof(Float32Array)
const Shape = z.array(z.int().positive())

/** What a running generation tells: one plan; then steps and images; activities and warnings at any time. */
export const GenerationEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('plan'),
    imageCount: z.int(),
    /** Scheduler steps per image (PNDM and image-to-image differ from numInferenceSteps). */
    stepsPerImage: z.int(),
    /** Items (indices) of each micro-batch, in the order they run. */
    microBatches: z.array(z.array(z.int())),
  }),
  z.object({ type: z.literal('warning'), message: z.string() }),
  /** Told before it begins: what follows may block the engine for as long as that takes. */
  z.object({ type: z.literal('activity'), activity: z.enum(ACTIVITIES) }),
  z.object({
    type: z.literal('step'),
    items: z.array(z.int()),
    /** 1-based. */
    step: z.int(),
    stepsPerImage: z.int(),
    /** With `trace`: [items, C, h, w] after this step. */
    latents: z.object({ shape: Shape, data: Floats }).optional(),
    /** With `previews`: RGB8, small, one of each item. */
    previews: z.array(z.object({ item: z.int(), widthPx: z.int(), heightPx: z.int(), pixels: Bytes })).optional(),
  }),
  z.object({
    type: z.literal('image'),
    item: z.int(),
    widthPx: z.int(),
    heightPx: z.int(),
    /** RGB8, row by row. */
    pixels: Bytes,
    /** sha256 of `pixels`, hex. */
    pixelHash: z.string(),
    settings: ImageSettingsSchema,
    /** Its share of the batch it was made in, from the first step to its pixels. */
    durationMs: z.number(),
    threadCount: z.int(),
    /** With `trace`: [3, H, W] in 0..1, before rounding. */
    image: Floats.optional(),
  }),
])
export type GenerationEvent = z.infer<typeof GenerationEventSchema>

/** Where the time went; what test/bench reads. Milliseconds. */
export const GenerationResultSchema = z.object({
  imageCount: z.int(),
  loadMs: z.number(),
  totalMs: z.number(),
  /** Whole denoising loop, and the part of it spent inside ONNX Runtime. */
  stepsMs: z.number(),
  stepsRuntimeMs: z.number(),
  stepCount: z.int(),
})
export type GenerationResult = z.infer<typeof GenerationResultSchema>

export const ParentMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), protocolVersion: z.int() }),
  z.object({ type: z.literal('generate'), id: z.int(), request: GenerationRequestSchema }),
  z.object({ type: z.literal('inspect'), id: z.int(), modelDir: z.string() }),
  z.object({ type: z.literal('cancel'), id: z.int() }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('shutdown') }),
])
export type ParentMessage = z.infer<typeof ParentMessageSchema>

export const ChildMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocolVersion: z.int(),
    engineVersion: z.string(),
    runtimeVersion: z.string(),
    /** What computes images, the preferred first, as ONNX Runtime names it: `cpu`. */
    providers: z.array(z.string()),
  }),
  z.object({ type: z.literal('progress'), id: z.int(), event: GenerationEventSchema }),
  z.object({ type: z.literal('pong') }),
  z.object({ type: z.literal('result'), id: z.int(), result: GenerationResultSchema }),
  z.object({ type: z.literal('inspected'), id: z.int(), summary: ModelSummarySchema }),
  z.object({ type: z.literal('error'), id: z.int(), error: WireErrorSchema }),
  /** Nothing caught this error: whatever is pending fails with it, and the process ends. */
  z.object({ type: z.literal('ending'), error: WireErrorSchema }),
])
export type ChildMessage = z.infer<typeof ChildMessageSchema>
