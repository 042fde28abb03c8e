/** Making an image of the history again, and what came of it. */
import { z } from 'zod'
import { VERDICT_GRADES } from '../verdict-grade.ts'
import { JobViewSchema } from './jobs.ts'
import { procedure } from './procedure.ts'
import { Hash, Id } from './values.ts'

/** `restored`: it was not as made and is now; `blocked`: it is missing, and something else has its name. */
export const FILE_STATES = ['as-made', 'restored', 'missing', 'changed', 'unreadable', 'blocked'] as const
export type FileState = (typeof FILE_STATES)[number]

export const VerdictViewSchema = z.object({
  id: Id,
  imageId: Id,
  createdAtMs: z.int(),
  outcome: z.enum(['bit-exact', 'different', 'failed']),
  /** The same with the measured figures in it. */
  grade: z.enum(VERDICT_GRADES),
  /** Of the image made this time; null if there was none. */
  pixelHash: Hash.nullable(),
  /** What was in its file when it was judged, or was put there; null if nobody looked. */
  fileState: z.enum(FILE_STATES).nullable(),
  /** Pixels that differ; the largest and the mean difference of a channel, in steps of 255. Null: not measured. */
  differingPixels: z.int().nullable(),
  maxDifference: z.int().nullable(),
  meanDifference: z.number().nullable(),
  /** Peak signal-to-noise ratio. */
  psnrDb: z.number().nullable(),
  /** Whether there is a picture of the difference: asked for by the verdict's id. */
  hasDifferenceImage: z.boolean(),
  durationMs: z.int(),
  /** What was different in the environment, or why it failed. */
  message: z.string().nullable(),
})
export type VerdictView = z.output<typeof VerdictViewSchema>

export const reproduceContract = {
  /** To the front of the queue; the verdict comes as an event, and stays with the image. */
  start: procedure(
    z.strictObject({
      imageIds: z.array(Id).min(1).max(1_000),
      /** If bit-exact, what is in the file's place is moved aside and the file is written again. */
      restoreFiles: z.boolean().optional(),
    }),
    JobViewSchema,
  ),
  verdicts: procedure(z.strictObject({ imageId: Id }), z.array(VerdictViewSchema)),
}
