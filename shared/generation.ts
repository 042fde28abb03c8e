/**
 * What one generation is: the settings common to all its images, and the images themselves, one item each with
 * its own prompt, seed and input. Prompts × images per prompt are expanded into items before anything runs, so
 * that every image is known, and can be kept, before it exists.
 */
import { z } from 'zod'
import {
  ARITHMETICS,
  EMPTY_NEGATIVES,
  GENERATION_KINDS,
  PRECISIONS,
  PROVIDERS,
  RESIZE_MODES,
  SCHEDULERS,
  SIGMA_SCHEDULES,
  PROCESSOR_KINDS,
} from './names.ts'

/** torch.Generator.manual_seed takes 64 bits. */
export const MAX_SEED = 2n ** 64n - 1n

const side = z.int().min(1).max(65_536)
const SizeSchema = z.object({ widthPx: side, heightPx: side })
const CropSchema = z.object({ xPx: z.int().min(0).max(65_536), yPx: z.int().min(0).max(65_536) })

/** What an SDXL model is told of an image beside its prompt; left out: the size that the image has. */
const SizeConditionsSchema = z.object({
  originalSize: SizeSchema.optional(),
  crop: CropSchema.optional(),
  targetSize: SizeSchema.optional(),
})

/** Overlaid models are rarely more; each is a file to read. */
const MAX_LORAS = 32

const LoraStrengthsSchema = z.object({
  /** How much of it is added; negative takes away. */
  weight: z.number(),
  /** The same for the text encoders; left out: as `weight`. */
  textWeight: z.number().optional(),
})

const SeedSchema = z.bigint().min(0n).max(MAX_SEED)

/** Settings that only some images have, asked for as they are kept. */
export const AskedMoreSchema = z.object({
  /** What an SDXL model is told of an empty negative prompt; absent: what the model itself takes for none. */
  emptyNegative: z.enum(EMPTY_NEGATIVES).optional(),
  ...SizeConditionsSchema.shape,
})

/**
 * Settings that only some images have. The history keeps them together in one column, so that a new one is a field here
 * and no migration; absent means what it meant before there was such a setting.
 */
export const MoreSettingsSchema = z.object({
  ...AskedMoreSchema.shape,
  /** A second model that took over from `start` on, the share of the noise that the first removed. */
  refiner: z.object({ name: z.string(), hash: z.string(), start: z.number() }).optional(),
  /** Of portable arithmetic: sha256 of the WebAssembly file that computed it, hex. */
  wasmHash: z.string().optional(),
  /** LoRA files in the order in which they were added: base name without ending, sha256 of the file. */
  loras: z.array(z.object({ name: z.string(), hash: z.string(), ...LoraStrengthsSchema.shape })).optional(),
  /** What the kernels ran on; absent where it was not found out, and in images made before it was recorded. */
  processor: z.enum(PROCESSOR_KINDS).optional(),
})
export type MoreSettings = z.infer<typeof MoreSettingsSchema>

/** One image to make. */
export const GenerationItemSchema = z.object({
  prompt: z.string(),
  negativePrompt: z.string(),
  seed: SeedSchema,
  /** Image-to-image: path of the input image. */
  inputImage: z.string().optional(),
})
export type GenerationItem = z.infer<typeof GenerationItemSchema>

/** Settings as asked for; what is left out comes from the model (`reprise.json`), then from diffusers' defaults. */
export const GenerationRequestSchema = z.object({
  kind: z.enum(GENERATION_KINDS),
  /** The model folder, absolute. */
  modelDir: z.string(),
  items: z.array(GenerationItemSchema).min(1),
  numInferenceSteps: z.int().optional(),
  guidanceScale: z.number().optional(),
  widthPx: z.int().optional(),
  heightPx: z.int().optional(),
  scheduler: z.enum(SCHEDULERS).optional(),
  sigmas: z.enum(SIGMA_SCHEDULES).optional(),
  /** Image-to-image: how much of the input is replaced, (0, 1]. */
  strength: z.number().optional(),
  resizeMode: z.enum(RESIZE_MODES).optional(),
  ...AskedMoreSchema.shape,
  /** Default: native. */
  arithmetic: z.enum(ARITHMETICS).optional(),
  /** A model that finishes what the first began, such as SDXL's refiner; absolute. Text-to-image only. */
  refinerDir: z.string().optional(),
  /** How much of the noise the first removes, (0, 1); default 0.8. */
  refinerStart: z.number().optional(),
  /** LoRA files, absolute, added in this order. The refiner takes none. */
  loras: z
    .array(z.object({ path: z.string(), ...LoraStrengthsSchema.shape }))
    .max(MAX_LORAS)
    .optional(),
  /** ONNX Runtime intra-op threads; none: one per physical core. Never changes the image. */
  threads: z.int().min(1).optional(),
  /** What the engine may use, bytes; none: most of what is free. Never changes the image. */
  maxMemoryBytes: z.number().int().positive().optional(),
  /** Send the latents after every scheduler step and the image before rounding. */
  trace: z.boolean().optional(),
  /** Send a small picture of each image after every scheduler step. Never changes the image. */
  previews: z.boolean().optional(),
})
export type GenerationRequest = z.infer<typeof GenerationRequestSchema>

/** Every field that an image depends on, resolved: what Reproduce needs, and what the PNG carries. */
export const ImageSettingsSchema = z.object({
  ...MoreSettingsSchema.shape,
  kind: z.enum(GENERATION_KINDS),
  prompt: z.string(),
  negativePrompt: z.string(),
  seed: SeedSchema,
  numInferenceSteps: z.int(),
  guidanceScale: z.number(),
  widthPx: z.int(),
  heightPx: z.int(),
  scheduler: z.enum(SCHEDULERS),
  sigmas: z.enum(SIGMA_SCHEDULES),
  strength: z.number().optional(),
  resizeMode: z.enum(RESIZE_MODES).optional(),
  /** sha256 of the input file's bytes, hex. */
  inputImageHash: z.string().optional(),
  /** Folder name of the model and the sha256 over its weights' headers and configs, hex. */
  modelName: z.string(),
  modelHash: z.string(),
  precision: z.enum(PRECISIONS),
  provider: z.enum(PROVIDERS),
  engineVersion: z.string(),
  runtimeVersion: z.string(),
})
export type ImageSettings = z.infer<typeof ImageSettingsSchema>
