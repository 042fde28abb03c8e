/** Presets: settings kept under a name. */
import { z } from 'zod'
import { GenerationSettingsSchema } from './jobs.ts'
import { Done, Nothing, procedure } from './procedure.ts'
import { Hash, Id, Name, Prompt, SeedField } from './values.ts'

/** Anything that can be asked for, all of it optional. */
export const PresetSettingsSchema = GenerationSettingsSchema.extend({
  prompt: Prompt.optional(),
  negativePrompt: Prompt.optional(),
  seed: SeedField.optional(),
  imagesPerPrompt: z.int().min(1).max(10_000).optional(),
  /** By content: a preset finds its model wherever it lies. */
  modelHash: Hash.optional(),
})
export type PresetSettings = z.output<typeof PresetSettingsSchema>

const PresetViewSchema = z.object({
  id: Id,
  name: z.string(),
  settings: PresetSettingsSchema,
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
})

const Preset = z.strictObject({ name: Name, settings: PresetSettingsSchema })

export const presetsContract = {
  list: procedure(Nothing, z.array(PresetViewSchema)),
  create: procedure(Preset, PresetViewSchema),
  update: procedure(Preset.extend({ id: Id }), PresetViewSchema),
  remove: procedure(z.strictObject({ id: Id }), Done),
}
