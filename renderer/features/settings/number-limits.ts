/** Least and most of a number in the settings' schema, so that a form allows what the studio takes and nothing else. */
import { z } from 'zod'
import { SettingsSchema, type Settings, type SettingName } from '#shared/contract/settings.ts'

export interface NumberLimits {
  readonly min: number
  readonly max: number
  readonly isWhole: boolean
}

/** Settings that are numbers, or null for what the studio chooses by itself. */
export type NumberSetting = {
  [Name in SettingName]: Exclude<Settings[Name], null> extends number ? Name : never
}[SettingName]

export const DEFAULT_SETTINGS: Settings = SettingsSchema.parse({})

export function numberLimits(name: NumberSetting): NumberLimits {
  const inner: z.ZodType = SettingsSchema.shape[name].unwrap()
  const schema = inner instanceof z.ZodNullable ? inner.unwrap() : inner
  if (!(schema instanceof z.ZodNumber)) throw new Error(`the setting ${name} is not a number`)
  const isWhole = schema.format === 'safeint'
  return {
    // "positive" leaves out zero itself
    min: schema.minValue === 0 && isWhole && !schema.safeParse(0).success ? 1 : (schema.minValue ?? 0),
    max: schema.maxValue ?? Number.MAX_SAFE_INTEGER,
    isWhole,
  }
}
