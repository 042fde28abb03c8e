/** Settings of presets as they are stored: JSON, seeds as decimal text. */
import { z } from 'zod'
import { PresetSettingsSchema, type PresetSettings } from '#shared/contract/presets.ts'

export function storedPresetSettings(settings: PresetSettings): unknown {
  return z.encode(PresetSettingsSchema, settings)
}

/** What does not fit (any more: another version wrote it) is left out, and the rest stays. */
export function presetSettingsFrom(stored: unknown): PresetSettings {
  if (typeof stored !== 'object' || stored === null) return {}
  const fields = Object.entries(PresetSettingsSchema.shape).flatMap(([name, schema]) => {
    const value = (stored as Record<string, unknown>)[name]
    return value !== undefined && schema.safeParse(value).success ? [[name, value]] : []
  })
  return z.decode(PresetSettingsSchema, Object.fromEntries(fields) as z.input<typeof PresetSettingsSchema>)
}
