/** The queue: jobs, their items (one image each), and how they are ordered, paused, cancelled and tried again. */
import { z } from 'zod'
import { MAX_IMAGES } from '../batch.ts'
import { WireErrorSchema } from '../errors.ts'
import { AskedMoreSchema } from '../generation.ts'
import { ARITHMETICS, GENERATION_KINDS, RESIZE_MODES, SCHEDULERS, SIGMA_SCHEDULES } from '../names.ts'
import { Done, Nothing, procedure } from './procedure.ts'
import { Hash, Id, Prompt, SeedField } from './values.ts'

export const JOB_STATES = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled'] as const
export const JOB_ITEM_STATES = ['queued', 'running', 'done', 'failed', 'cancelled', 'set-aside'] as const

/** What is left out comes from the model, then from diffusers' defaults. Whether it fits the model, the engine says. */
export const GenerationSettingsSchema = z.strictObject({
  numInferenceSteps: z.int().min(1).max(10_000).optional(),
  guidanceScale: z.number().min(0).max(1_000).optional(),
  widthPx: z.int().min(1).max(32_768).optional(),
  heightPx: z.int().min(1).max(32_768).optional(),
  scheduler: z.enum(SCHEDULERS).optional(),
  sigmas: z.enum(SIGMA_SCHEDULES).optional(),
  /** Image-to-image only, as is the resize mode. */
  strength: z.number().gt(0).max(1).optional(),
  resizeMode: z.enum(RESIZE_MODES).optional(),
  arithmetic: z.enum(ARITHMETICS).optional(),
  ...AskedMoreSchema.shape,
})

export const NewItemSchema = z.strictObject({
  prompt: Prompt,
  negativePrompt: Prompt.default(''),
  /** Absent: drawn now, and kept, so that the image is known before it is made. */
  seed: SeedField.optional(),
  /** Image-to-image: an input that `inputs.add` took. */
  inputHash: Hash.optional(),
})

/** More at once are a slip. */
export const MAX_JOBS_AT_ONCE = 500

/** Text-to-image if no item has an input, image-to-image if all have one. */
export const NewJobSchema = z.strictObject({
  /** Absent: the default model of the settings. */
  modelId: Id.optional(),
  settings: GenerationSettingsSchema.default({}),
  items: z.array(NewItemSchema).min(1).max(MAX_IMAGES),
  /** Before everything that waits. */
  front: z.boolean().default(false),
})
export type NewJob = z.output<typeof NewJobSchema>

const NewJobsSchema = z
  .array(NewJobSchema)
  .min(1)
  .max(MAX_JOBS_AT_ONCE)
  .refine(
    (jobs) => jobs.reduce((count, { items }) => count + items.length, 0) <= MAX_IMAGES,
    `the jobs have more than ${MAX_IMAGES} images together`,
  )

export const JobViewSchema = z.object({
  id: Id,
  kind: z.enum(GENERATION_KINDS),
  state: z.enum(JOB_STATES),
  /** The first item's prompt, cut short. */
  title: z.string(),
  /** How many different prompts its items have. */
  promptCount: z.int(),
  /** The first images that it made, as many as are worth a glance; of a reproduction, those that it makes again. */
  imageIds: z.array(Id),
  /** Absent if the model is no longer in the list. */
  modelId: Id.optional(),
  modelName: z.string(),
  settings: GenerationSettingsSchema,
  /** Makes images of the history again and judges them, instead of adding new ones. */
  isReproduction: z.boolean(),
  createdAtMs: z.int(),
  startedAtMs: z.int().nullable(),
  finishedAtMs: z.int().nullable(),
  /** What the engine warned of while it ran (a prompt that was cut), each once; the first hundred. */
  warnings: z.array(z.string()),
  /** Items by state; states without any are left out. */
  itemCounts: z.partialRecord(z.enum(JOB_ITEM_STATES), z.int()),
})
export type JobView = z.output<typeof JobViewSchema>

export const ItemViewSchema = z.object({
  id: Id,
  jobId: Id,
  /** From 0, as the request had them. */
  itemIndex: z.int(),
  state: z.enum(JOB_ITEM_STATES),
  prompt: z.string(),
  negativePrompt: z.string(),
  seed: SeedField,
  inputHash: Hash.optional(),
  /** How often it was started; how often the engine died with it. */
  attempts: z.int(),
  crashCount: z.int(),
  /** Why it failed, or why it had to begin again. */
  error: WireErrorSchema.nullable(),
  startedAtMs: z.int().nullable(),
  finishedAtMs: z.int().nullable(),
  imageId: Id.nullable(),
  /** The image of the history that it makes again, and the verdict. */
  reproducesImageId: Id.nullable(),
  verdictId: Id.nullable(),
})
export type ItemView = z.output<typeof ItemViewSchema>

/** Where the running work stands; time left counts from when the work began, not from when it was queued. */
export const JobProgressSchema = z.object({
  jobId: Id,
  /** What the engine is at, in order: loading the model, encoding prompts and inputs, denoising, decoding. */
  activity: z.enum(['loading', 'encoding', 'denoising', 'decoding']),
  /** The items in hand. */
  itemIds: z.array(Id),
  /** Steps done of each of them. */
  step: z.int(),
  stepsPerImage: z.int(),
  /** Of the job: finished in any way, and all. */
  itemsFinished: z.int(),
  itemCount: z.int(),
  /** Of the whole job; null until there is a pace. */
  timeLeftMs: z.number().nullable(),
})
export type JobProgress = z.output<typeof JobProgressSchema>

export const QueueStateSchema = z.object({
  isPaused: z.boolean(),
  /** Why it paused by itself (a full disk, say); null if somebody asked for it. */
  pauseReason: WireErrorSchema.nullable(),
  /** Null: nothing runs. */
  progress: JobProgressSchema.nullable(),
})
export type QueueState = z.output<typeof QueueStateSchema>

const JobId = z.strictObject({ id: Id })
const ItemId = z.strictObject({ itemId: Id })

export const jobsContract = {
  add: procedure(NewJobSchema, JobViewSchema),
  /** In this order; all of them, or none if one is refused. */
  addAll: procedure(z.strictObject({ jobs: NewJobsSchema }), z.array(JobViewSchema)),
  get: procedure(JobId, JobViewSchema),
  /** All that are not finished, in the order they will run, paused ones at their place. */
  pending: procedure(Nothing, z.array(JobViewSchema)),
  /** The latest first. */
  finished: procedure(
    z.strictObject({ limit: z.int().min(1).max(200).default(50), beforeId: Id.optional() }),
    z.array(JobViewSchema),
  ),
  items: procedure(
    z.strictObject({
      jobId: Id,
      fromIndex: z.int().min(0).default(0),
      limit: z.int().min(1).max(1_000).default(200),
    }),
    z.array(ItemViewSchema),
  ),
  /** Of a job, those that failed or were set aside, with why; as many as tell enough. */
  failures: procedure(
    z.strictObject({ jobId: Id, limit: z.int().min(1).max(200).default(20) }),
    z.array(ItemViewSchema),
  ),
  moveToFront: procedure(JobId, Done),
  moveToEnd: procedure(JobId, Done),
  moveBefore: procedure(z.strictObject({ id: Id, otherId: Id }), Done),
  moveItemBefore: procedure(z.strictObject({ itemId: Id, otherItemId: Id }), Done),
  /** What runs of it is finished first, or with `now` stopped and begun again later. */
  pause: procedure(z.strictObject({ id: Id, now: z.boolean().default(false) }), Done),
  resume: procedure(JobId, Done),
  cancel: procedure(JobId, Done),
  cancelItem: procedure(ItemId, Done),
  /** Everything of it that failed, was cancelled or set aside. @returns how many items run again */
  retry: procedure(JobId, z.object({ itemCount: z.int() })),
  retryItem: procedure(ItemId, Done),
  /** The same again, at the end of the queue: with the same seeds, or with new ones. */
  duplicate: procedure(z.strictObject({ id: Id, newSeeds: z.boolean().default(false) }), JobViewSchema),
  /** A finished job; its images stay. */
  remove: procedure(JobId, Done),
  /** The whole queue. */
  queueState: procedure(Nothing, QueueStateSchema),
  pauseQueue: procedure(z.strictObject({ now: z.boolean().default(false) }), Done),
  resumeQueue: procedure(Nothing, Done),
}
