/**
 * Each setting of a generation as a field: what it is called, its unit, its steps and limits, and where it is shown. What
 * the contract's schema gets more of, the compiler asks for here; panels draw what they find (docs/architecture.md).
 */
import { z } from 'zod'
import { GenerationSettingsSchema } from '#shared/contract/jobs.ts'
import type { AskedMoreSchema } from '#shared/generation.ts'
import { RESIZE_MODES, SCHEDULERS, SIGMA_SCHEDULES } from '#shared/names.ts'
import * as m from '#renderer/paraglide/messages.js'
import type { GenerationSettings } from './generation-draft.svelte.ts'

/** Not in the panels yet: the command line, the API and settings read from pictures have them. */
type Unshown = 'arithmetic' | keyof z.infer<typeof AskedMoreSchema>
type Name = Exclude<keyof GenerationSettings, Unshown>
type NumberName = { [N in Name]-?: NonNullable<GenerationSettings[N]> extends number ? N : never }[Name]
type ChoiceName = Exclude<Name, NumberName>

/**
 * `bar`: for all panels, in the bar of the model; `size`: in its menu of sizes; `more`: behind its button for what is
 * chosen seldom; `image-to-image`: in that panel's form.
 */
type Place = 'bar' | 'size' | 'more' | 'image-to-image'

export interface NumberField {
  readonly kind: 'number'
  readonly place: Place
  readonly label: () => string
  readonly unit?: () => string
  readonly step: number
  /** Of the schema, or what anybody wants of it. */
  readonly min: number
  readonly max: number
  /** Characters that the widest usual value has. */
  readonly widthChars: number
}

export interface ChoiceField {
  readonly kind: 'choice'
  readonly place: Place
  readonly label: () => string
  /** What stands for the model's own, where its name is not known or would say too little. */
  readonly ownLabel: () => string
  readonly options: readonly string[]
}

type Words = Omit<NumberField, 'kind' | 'min' | 'max'> & { readonly usualMin?: number; readonly usualMax?: number }

function number(name: NumberName, { usualMin, usualMax, ...words }: Words): NumberField {
  const schema: z.ZodType = GenerationSettingsSchema.shape[name].unwrap()
  if (!(schema instanceof z.ZodNumber)) throw new Error(`the setting ${name} is no number`)
  const min = Math.max(schema.minValue ?? 0, usualMin ?? -Infinity)
  return { kind: 'number', ...words, min, max: Math.min(schema.maxValue ?? Infinity, usualMax ?? Infinity) }
}

const size = { place: 'size', unit: () => 'px', step: 8, usualMin: 8, usualMax: 4_096, widthChars: 4 } as const

/** In the order that they are shown in. */
export const GENERATION_FIELDS = {
  scheduler: {
    kind: 'choice',
    place: 'bar',
    label: m.shell_sampler,
    ownLabel: m.shell_sampler_default,
    options: SCHEDULERS,
  },
  sigmas: {
    kind: 'choice',
    place: 'more',
    label: m.shell_sigmas,
    ownLabel: m.shell_sigmas_default,
    options: SIGMA_SCHEDULES,
  },
  numInferenceSteps: number('numInferenceSteps', {
    place: 'bar',
    label: m.shell_steps,
    unit: m.shell_steps_unit,
    step: 1,
    usualMax: 1_000,
    widthChars: 3,
  }),
  guidanceScale: number('guidanceScale', {
    place: 'bar',
    label: m.shell_guidance,
    unit: m.shell_guidance_unit,
    step: 0.5,
    usualMax: 100,
    widthChars: 4,
  }),
  widthPx: number('widthPx', { ...size, label: m.shell_width }),
  heightPx: number('heightPx', { ...size, label: m.shell_height }),
  // nothing would be left to do at 0
  strength: number('strength', {
    place: 'image-to-image',
    label: m.i2i_strength,
    step: 0.05,
    usualMin: 0.05,
    widthChars: 4,
  }),
  resizeMode: {
    kind: 'choice',
    place: 'image-to-image',
    label: m.i2i_resize,
    ownLabel: m.i2i_resize,
    options: RESIZE_MODES,
  },
} as const satisfies Record<NumberName, NumberField> & Record<ChoiceName, ChoiceField>

export type FieldName = keyof typeof GENERATION_FIELDS
export function fieldsOf(place: Place): FieldName[] {
  return (Object.keys(GENERATION_FIELDS) as FieldName[]).filter((name) => GENERATION_FIELDS[name].place === place)
}
