/** Each setting of the studio that is shown as a field: what it is comes from the schema, what it is called from here. */
import { z } from 'zod'
import { SettingsSchema, type SettingName } from '#shared/contract/settings.ts'
import * as m from '#renderer/paraglide/messages.js'
import { numberLimits, type NumberSetting } from './number-limits.ts'

/** Those that have a place of their own, in Models and in Batch. A new setting is asked for by the compiler. */
type ElsewhereName = 'modelFolders' | 'defaultModelId' | 'wildcards'
export type FieldName = Exclude<SettingName, ElsewhereName>

interface Words {
  label: () => string
  hint: () => string
  unit?: () => string
  /** Of what is stored, in what is shown: bytes in a GB. */
  perUnit?: number
  step?: number
  /** Where somebody begins who no longer leaves it to the studio; as shown. */
  firstChoice?: number
}

const words: Record<FieldName, Words> = {
  imagesAtOnce: { label: m.settings_images_at_once, hint: m.settings_images_at_once_hint },
  threads: { label: m.settings_threads, hint: m.settings_threads_hint, firstChoice: 4 },
  maxMemoryBytes: {
    label: m.settings_memory,
    hint: m.settings_memory_hint,
    unit: m.settings_unit_gb,
    perUnit: 1e9,
    step: 0.5,
    firstChoice: 8,
  },
  engineIdleMinutes: { label: m.settings_idle, hint: m.settings_idle_hint, unit: m.settings_unit_minutes },
  previews: { label: m.settings_previews, hint: m.settings_previews_hint },
}

export interface NumberField extends Words {
  readonly kind: 'number'
  readonly name: NumberSetting & FieldName
  /** Null is allowed: the studio chooses. */
  readonly isOptional: boolean
  /** As shown. */
  readonly min: number
  readonly max: number
  readonly step: number
  readonly perUnit: number
}
export interface SwitchField extends Words {
  readonly kind: 'switch'
  readonly name: 'previews'
}

export const settingFields: readonly (NumberField | SwitchField)[] = (Object.keys(words) as FieldName[]).map((name) => {
  const inner: z.ZodType = SettingsSchema.shape[name].unwrap()
  if (inner instanceof z.ZodBoolean) return { ...words[name], kind: 'switch', name: name as SwitchField['name'] }
  const { min, max } = numberLimits(name as NumberSetting)
  const { perUnit = 1, step = 1 } = words[name]
  return {
    ...words[name],
    kind: 'number',
    name: name as NumberField['name'],
    isOptional: inner instanceof z.ZodNullable,
    min: perUnit === 1 ? min : step,
    max: Math.floor(max / perUnit),
    step,
    perUnit,
  }
})
