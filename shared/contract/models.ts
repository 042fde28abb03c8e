/** The models that jobs choose from: the starter model, and what is found in the folders of the settings. */
import { z } from 'zod'
import { ModelFactsSchema } from '../model-summary.ts'
import { MODEL_COMPONENTS } from '../names.ts'
import { GenerationSettingsSchema } from './jobs.ts'
import { Nothing, procedure } from './procedure.ts'
import { Id } from './values.ts'

const FolderPath = z.string().min(1).max(4_096)

export const ModelViewSchema = z.object({
  id: Id,
  name: z.string(),
  /** On this machine; never part of an image or an export. */
  path: z.string(),
  architecture: z.string(),
  /** As in an image's settings: sha256 over weights' headers and configs; empty while something is missing. */
  hash: z.string(),
  sizeBytes: z.int(),
  seenAtMs: z.int(),
  /** Why it cannot be used now; null if it can. */
  problem: z.string().nullable(),
  /** All that is wrong, components, defaults: as the engine last found them in its folder. */
  ...ModelFactsSchema.omit({ memory: true }).shape,
  isDefault: z.boolean(),
})
export type ModelView = z.output<typeof ModelViewSchema>

/** Where parts of a model can run. Graphics cards will be further ones. */
export const DEVICE_KINDS = ['cpu'] as const
export type DeviceKind = (typeof DEVICE_KINDS)[number]

/** Of the working memory only the widest moment counts: there the parts share it. */
export const MEMORY_PARTS = [...MODEL_COMPONENTS, 'work', 'process'] as const
export type MemoryPart = (typeof MEMORY_PARTS)[number]

export const MemoryViewSchema = z.object({
  modelId: Id,
  /** What it was estimated for, the model's defaults filled in. */
  widthPx: z.int(),
  heightPx: z.int(),
  imageCount: z.int(),
  devices: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(DEVICE_KINDS),
      /** As people know it. */
      name: z.string(),
      /** All that it has, or that a container is given of it. */
      totalBytes: z.int(),
      /** What may be used: the setting's limit, or most of what is free now. */
      limitBytes: z.int(),
      limitFrom: z.enum(['setting', 'free']),
    }),
  ),
  /** What lies where while images are made. */
  parts: z.array(z.object({ part: z.enum(MEMORY_PARTS), deviceId: z.string(), bytes: z.int() })),
  /** How many of them are made together; 0: not even one fits, and the job would be refused. */
  imagesAtOnce: z.int(),
})
export type MemoryView = z.output<typeof MemoryViewSchema>

const { widthPx, heightPx, guidanceScale } = GenerationSettingsSchema.shape

export const modelsContract = {
  list: procedure(Nothing, z.array(ModelViewSchema)),
  /** Looks through all folders again. */
  scan: procedure(Nothing, z.array(ModelViewSchema)),
  /** A model's own folder, or one with several in it. @returns the models found in it */
  addFolder: procedure(z.strictObject({ path: FolderPath }), z.array(ModelViewSchema)),
  /** Files stay; images keep name and hash of their model. */
  removeFolder: procedure(z.strictObject({ path: FolderPath }), z.array(ModelViewSchema)),
  /**
   * What it takes to make so many images, as far as they fit together: the reckoning that cuts jobs into batches.
   *
   * @param id without one, the default model; what else is left out comes from the model
   * @returns null while that is not known: not looked at yet, or it cannot be used
   */
  memory: procedure(
    z.strictObject({
      id: Id.optional(),
      widthPx,
      heightPx,
      guidanceScale,
      imageCount: z.int().min(1).max(64).default(1),
    }),
    MemoryViewSchema.nullable(),
  ),
}
