/** Making an image of the history again, and what came of it. */
import { z } from 'zod'
import { JobViewSchema } from './jobs.ts'
import { procedure } from './procedure.ts'
import { Hash, Id } from './values.ts'

export const VerdictViewSchema = z.object({
  id: Id,
  imageId: Id,
  createdAtMs: z.int(),
  outcome: z.enum(['bit-exact', 'different', 'failed']),
  /** Of the image made this time; null if there was none. */
  pixelHash: Hash.nullable(),
  /** Pixels that differ; the largest and the mean difference of a channel, in steps of 255. Null if bit-exact. */
  differingPixels: z.int().nullable(),
  maxDifference: z.int().nullable(),
  meanDifference: z.number().nullable(),
  /** Whether there is a picture of the difference: asked for by the verdict's id. */
  hasDifferenceImage: z.boolean(),
  durationMs: z.int(),
  /** What was different in the environment, or why it failed. */
  message: z.string().nullable(),
})
export type VerdictView = z.output<typeof VerdictViewSchema>

export const reproduceContract = {
  /** To the front of the queue; the verdict comes as an event, and stays with the image. */
  start: procedure(z.strictObject({ imageIds: z.array(Id).min(1).max(1_000) }), JobViewSchema),
  verdicts: procedure(z.strictObject({ imageId: Id }), z.array(VerdictViewSchema)),
}
