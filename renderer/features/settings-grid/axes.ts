/** What can be an axis of a comparison, and what each of its values changes. */
import { GenerationSettingsSchema } from '#shared/contract/jobs.ts'
import { SCHEDULERS, SIGMA_SCHEDULES } from '#shared/names.ts'
import type { GenerationSettings } from '#renderer/state/generation-draft.svelte.ts'
import {
  readNames,
  readNumbers,
  readSeeds,
  readSizes,
  readTexts,
  type Values,
  type ValuesProblem,
} from './axis-values.ts'

export const AXIS_SETTINGS = [
  'steps',
  'guidance',
  'scheduler',
  'sigmas',
  'seed',
  'size',
  'prompt-part',
  'negative',
  'model',
] as const
export type AxisSetting = (typeof AXIS_SETTINGS)[number]

/** What one image is made with. */
export interface Making {
  readonly prompt: string
  readonly negativePrompt: string
  readonly seed: string
  readonly modelId: number | undefined
  readonly settings: GenerationSettings
}

export interface AxisValue {
  /** As it stands at its row or column; empty for a text without words. */
  readonly label: string
  readonly apply: (making: Making) => Making
}

/** `not-in-prompt`: the first text is what the others take the place of. */
export interface AxisProblem extends Omit<ValuesProblem, 'kind'> {
  readonly kind: ValuesProblem['kind'] | 'not-in-prompt'
}
export type AxisReading =
  { readonly values: readonly AxisValue[]; readonly problem?: undefined } | { readonly problem: AxisProblem }

export interface AxisContext {
  readonly prompt: string
  readonly models: readonly { readonly id: number; readonly name: string }[]
}

const { numInferenceSteps, guidanceScale, widthPx } = GenerationSettingsSchema.shape
const rangeOf = (schema: { minValue: number | null; maxValue: number | null }, isWhole: boolean) => ({
  min: schema.minValue ?? 0,
  max: schema.maxValue ?? Infinity,
  isWhole,
})
const STEPS = rangeOf(numInferenceSteps.unwrap(), true)
const GUIDANCE = rangeOf(guidanceScale.unwrap(), false)
const SIZE = rangeOf(widthPx.unwrap(), true)

export function readAxis(setting: AxisSetting, text: string, context: AxisContext): AxisReading {
  switch (setting) {
    case 'steps':
      return axis(readNumbers(text, STEPS), String, (value) => withSettings({ numInferenceSteps: value }))
    case 'guidance':
      return axis(readNumbers(text, GUIDANCE), String, (value) => withSettings({ guidanceScale: value }))
    case 'scheduler':
      return axis(readNames(text, SCHEDULERS), String, (scheduler) => withSettings({ scheduler }))
    case 'sigmas':
      return axis(readNames(text, SIGMA_SCHEDULES), String, (sigmas) => withSettings({ sigmas }))
    case 'size':
      return axis(readSizes(text, SIZE), (size) => `${size.widthPx} × ${size.heightPx}`, withSettings)
    case 'seed':
      return axis(readSeeds(text), String, (value) => (making) => ({ ...making, seed: String(value) }))
    case 'negative':
      return axis(readTexts(text), String, (negativePrompt) => (making) => ({ ...making, negativePrompt }))
    case 'prompt-part':
      return readPromptParts(text, context.prompt)
    case 'model':
      return readModels(text, context)
  }
}

/** As A1111's Prompt S/R: the first is looked for in the prompt, and each of them takes its place. */
function readPromptParts(text: string, prompt: string): AxisReading {
  const read = readTexts(text)
  if (read.problem !== undefined) return read
  const [search] = read.values
  if (search === '' || !prompt.includes(search)) return { problem: { kind: 'not-in-prompt', found: search } }
  return axis(read, String, (part) => (making) => ({ ...making, prompt: making.prompt.replaceAll(search, () => part) }))
}

/** By their ids: names can be the same. */
function readModels(text: string, { models }: AxisContext): AxisReading {
  const nameOf = (id: string): string => models.find((model) => String(model.id) === id)?.name ?? id
  const read = readNames(
    text,
    models.map(({ id }) => String(id)),
  )
  return axis(read, nameOf, (id) => (making) => ({ ...making, modelId: Number(id) }))
}

function axis<T>(read: Values<T>, labelOf: (value: T) => string, apply: (value: T) => AxisValue['apply']): AxisReading {
  if (read.problem !== undefined) return read
  return { values: read.values.map((value) => ({ label: labelOf(value), apply: apply(value) })) }
}

function withSettings(changes: GenerationSettings): AxisValue['apply'] {
  return (making) => ({ ...making, settings: { ...making.settings, ...changes } })
}
