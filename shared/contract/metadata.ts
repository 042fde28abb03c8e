/** Settings read out of images and texts that other programs made, each with how far it can be trusted. */
import { z } from 'zod'
import { RESIZE_MODES, SCHEDULERS, SETTINGS_SOURCES, SIGMA_SCHEDULES } from '../names.ts'
import { NewJobSchema } from './jobs.ts'
import { procedure } from './procedure.ts'
import { Bytes, Id, SeedField } from './values.ts'

/**
 * Programs hash models in different ways. `reprise`: ours, over headers and configs; `reprise-short`: its first ten
 * digits; `file-…`: over the whole file (`-short`: the first ten digits; `autov1`: eight, over a part of it);
 * `tensors-sha256`: over what follows the header; `blake3`: InvokeAI's.
 */
export const MODEL_HASH_KINDS = [
  'reprise',
  'reprise-short',
  'file-sha256',
  'file-sha256-short',
  'file-autov1',
  'tensors-sha256',
  'blake3',
  'unknown',
] as const
export type ModelHashKind = (typeof MODEL_HASH_KINDS)[number]

const NotUnderstood = z.object({
  fidelity: z.literal('not-understood'),
  /** As the file has it, cut. */
  value: z.string(),
  note: z.string(),
})

/**
 * exact: means the same here. mapped: the nearest there is here, the note says what differs. not-understood: there is
 * nothing like it here; it is shown and not used.
 */
const read = <Value extends z.ZodType>(value: Value) =>
  z.union([
    z.object({ fidelity: z.literal('exact'), value }),
    z.object({ fidelity: z.literal('mapped'), value, note: z.string() }),
    NotUnderstood,
  ])

/** Absent: the file says nothing about it. */
export const ReadFieldsSchema = z.object({
  prompt: read(z.string()).optional(),
  negativePrompt: read(z.string()).optional(),
  seed: read(SeedField).optional(),
  numInferenceSteps: read(z.int()).optional(),
  guidanceScale: read(z.number()).optional(),
  widthPx: read(z.int()).optional(),
  heightPx: read(z.int()).optional(),
  scheduler: read(z.enum(SCHEDULERS)).optional(),
  sigmas: read(z.enum(SIGMA_SCHEDULES)).optional(),
  strength: read(z.number()).optional(),
  resizeMode: read(z.enum(RESIZE_MODES)).optional(),
  /** sha256 of the input file's bytes, hex. */
  inputImageHash: read(z.string()).optional(),
  modelName: read(z.string()).optional(),
  /** In hex. */
  modelHash: read(z.string())
    .and(z.object({ kind: z.enum(MODEL_HASH_KINDS) }))
    .optional(),
})
export type ReadFields = z.output<typeof ReadFieldsSchema>

export const ReadSettingsSchema = z.object({
  source: z.enum(SETTINGS_SOURCES),
  /** Name or version of the program, as it gives it. */
  program: z.string().optional(),
  fields: ReadFieldsSchema,
  /** What the file says besides, and nothing here corresponds to. */
  notUnderstood: z.array(z.object({ name: z.string(), value: z.string(), note: z.string().optional() })),
  /** The text that it was read from, cut. */
  raw: z.string(),
})
export type ReadSettings = z.output<typeof ReadSettingsSchema>

/** As the history keeps them: the text lies beside them. */
export const KeptSettingsSchema = ReadSettingsSchema.omit({ raw: true })

export const ReadViewSchema = ReadSettingsSchema.extend({
  /** What a job can take of it; absent if not even a prompt is known. */
  job: NewJobSchema.optional(),
  /** What the job goes without, and why. */
  leftOut: z.array(z.object({ name: z.string(), value: z.string(), reason: z.string() })),
})
export type ReadView = z.output<typeof ReadViewSchema>

/** What one text may have: a graph of ComfyUI with its long prompts. */
export const MAX_SETTINGS_TEXT_LENGTH = 4 * 1024 * 1024

export const metadataContract = {
  /** Of the bytes of an image file. */
  read: procedure(z.strictObject({ bytes: Bytes }), ReadViewSchema),
  /** Of a text that was copied: `parameters` as A1111 shows them, or JSON. */
  readText: procedure(z.strictObject({ text: z.string().max(MAX_SETTINGS_TEXT_LENGTH) }), ReadViewSchema),
  /**
   * Adds an image to the history, whoever made it, its bytes unchanged: PNG, JPEG or WebP. `known`: one with its pixels
   * and its settings is there already.
   */
  importImage: procedure(
    z.strictObject({
      bytes: Bytes,
      /** When its file was changed last, which is what comes nearest to when it was made. Default: now. */
      modifiedAtMs: z.int().optional(),
    }),
    z.object({
      outcome: z.enum(['added', 'known']),
      imageId: Id,
      settings: ReadViewSchema,
    }),
  ),
}
