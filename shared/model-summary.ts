/** What a list of models says about one; the engine reads it out of the model's folder. */
import { z } from 'zod'
import { ErrorCodeSchema } from './errors.ts'

export const ModelSummarySchema = z.object({
  name: z.string(),
  architecture: z.string(),
  /** As in an image's settings; null while anything that it covers is missing. */
  hash: z.string().nullable(),
  /** Of all tensors, without headers. */
  sizeBytes: z.int(),
  /** Empty: the model can be used. */
  problems: z.array(z.object({ code: ErrorCodeSchema, message: z.string() })),
})
export type ModelSummary = z.infer<typeof ModelSummarySchema>
