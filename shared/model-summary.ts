/** What a list of models says about one; the engine reads it out of the model's folder. */
import { z } from 'zod'
import { ErrorCodeSchema } from './errors.ts'
import { MemoryProfileSchema } from './model-memory.ts'
import { MODEL_COMPONENTS, SCHEDULERS, SIGMA_SCHEDULES } from './names.ts'

/** What a request takes from the model where it says nothing. */
export const ModelDefaultsSchema = z.object({
  scheduler: z.enum(SCHEDULERS),
  /** With its own scheduler only. */
  sigmas: z.enum(SIGMA_SCHEDULES),
  numInferenceSteps: z.int(),
  guidanceScale: z.number(),
  strength: z.number(),
  widthPx: z.int(),
  heightPx: z.int(),
})
export type ModelDefaults = z.infer<typeof ModelDefaultsSchema>

const ModelComponentSchema = z.object({
  part: z.enum(MODEL_COMPONENTS),
  /** As its config says: 'UNet2DConditionModel'; null if it does not. */
  className: z.string().nullable(),
  parameterCount: z.int(),
  /** On disk, of the tensors alone. */
  sizeBytes: z.int(),
  /** How they are stored ('F32', 'F16'), by their share of it, the largest first. */
  dtypes: z.array(z.string()),
})
export type ModelComponent = z.infer<typeof ModelComponentSchema>

export const ModelFactsSchema = z.object({
  /** All that is wrong with it. Empty: the model can be used. */
  problems: z.array(z.object({ code: ErrorCodeSchema, message: z.string() })),
  components: z.array(ModelComponentSchema),
  /** Null if its configs do not tell. */
  defaults: ModelDefaultsSchema.nullable(),
  /** Width and height of its images are multiples of it; null as before. */
  sizeMultiplePx: z.int().nullable(),
  /** False: it makes images of its own, whatever is asked for. Null as before. */
  takesPrompt: z.boolean().nullable(),
  /** Null unless it can be used. */
  memory: MemoryProfileSchema.nullable(),
})
export type ModelFacts = z.infer<typeof ModelFactsSchema>

/** Before the first look at it. */
export const NO_FACTS: ModelFacts = {
  problems: [],
  components: [],
  defaults: null,
  sizeMultiplePx: null,
  takesPrompt: null,
  memory: null,
}

export const ModelSummarySchema = z.object({
  name: z.string(),
  architecture: z.string(),
  /** As in an image's settings; null while anything that it covers is missing. */
  hash: z.string().nullable(),
  /** Of all tensors, without headers. */
  sizeBytes: z.int(),
  ...ModelFactsSchema.shape,
})
export type ModelSummary = z.infer<typeof ModelSummarySchema>
