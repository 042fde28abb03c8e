/** Settings of the studio: their schema, their defaults, and how they are changed. */
import { z } from 'zod'
import { Nothing, procedure } from './procedure.ts'
import { Id } from './values.ts'
import { WildcardsSchema } from './wildcards.ts'

/** Every setting has its default here. What is stored and no longer fits falls back to it. */
export const SettingsSchema = z.strictObject({
  /** Folders that are looked through for models, absolute paths. */
  modelFolders: z.array(z.string().min(1).max(4_096)).max(100).default([]),
  /** What jobs take that name no model; null: the starter model. */
  defaultModelId: Id.nullable().default(null),
  /** How many images are made together, at most; memory may allow fewer. Never changes an image. */
  imagesAtOnce: z.int().min(1).max(64).default(4),
  /** Threads to compute with; null: one per physical core. Never changes an image. */
  threads: z.int().min(1).max(1_024).nullable().default(null),
  /** What the engine may use, bytes; null: most of what is free. Never changes an image. */
  maxMemoryBytes: z.int().positive().nullable().default(null),
  /** The engine is given up, with its memory, after so long without work; 0: never. */
  engineIdleMinutes: z.number().min(0).max(10_080).default(10),
  /** Small pictures of what is being made, step by step. */
  previews: z.boolean().default(true),
  /** Lists that prompts name as __name__. What is queued and stored is the prompt that they make. */
  wildcards: WildcardsSchema.default({}),
})
export type Settings = z.output<typeof SettingsSchema>
export type SettingName = keyof Settings

const names = Object.keys(SettingsSchema.shape) as [SettingName, ...SettingName[]]

/** Each setting without its default: what is not named is not changed. */
const changes = z.strictObject(
  Object.fromEntries(names.map((name) => [name, SettingsSchema.shape[name].unwrap().optional()])) as {
    [Name in SettingName]: z.ZodOptional<ReturnType<(typeof SettingsSchema.shape)[Name]['unwrap']>>
  },
)

export const settingsContract = {
  get: procedure(Nothing, SettingsSchema),
  update: procedure(z.strictObject({ changes }), SettingsSchema),
  /** Back to the defaults. */
  reset: procedure(z.strictObject({ names: z.array(z.enum(names)).min(1).max(names.length) }), SettingsSchema),
}
