/** Settings that were read, a line each, with how far each can be trusted; and what is left out, with the reason. */
import type { ReadFields, ReadView } from '#shared/contract/metadata.ts'
import { PROGRAM_NAMES } from '#shared/names.ts'
import * as m from '#renderer/paraglide/messages.js'

type FieldName = keyof ReadFields

export const FIELD_LABELS: Readonly<Record<FieldName, () => string>> = {
  prompt: m.inspector_prompt,
  negativePrompt: m.inspector_negative,
  seed: m.seed,
  numInferenceSteps: m.inspector_steps,
  guidanceScale: m.inspector_guidance,
  widthPx: m.shell_width,
  heightPx: m.shell_height,
  scheduler: m.inspector_sampler,
  sigmas: m.shell_sigmas,
  strength: m.inspector_strength,
  resizeMode: m.inspector_resize,
  inputImageHash: m.inspector_input,
  modelName: m.inspector_model,
  modelHash: m.inspector_model_hash,
}

/** They are the same in every language. */
const PROGRAMS: Readonly<Record<Exclude<ReadView['source'], 'unknown'>, string>> = {
  reprise: 'Reprise',
  ...PROGRAM_NAMES,
}

export interface FieldRow {
  readonly name: FieldName
  readonly label: string
  readonly value: string
  readonly isExact: boolean
  /** What differs here; only if it is not exact. */
  readonly note?: string
}

export interface LeftOutRow {
  readonly label: string
  readonly value: string
  readonly reason: string
}

/** @returns undefined if nobody knows who wrote them */
export function programOf({ source, program }: ReadView): string | undefined {
  const name = source === 'unknown' ? undefined : PROGRAMS[source]
  // some tell their version alone
  return program !== undefined && name !== undefined && /^v?\d/.test(program) ? `${name} ${program}` : (program ?? name)
}

/** What is used, in the order that people write it. */
export function fieldRows({ fields, leftOut }: ReadView): FieldRow[] {
  const out = new Set(leftOut.map(({ name }) => name))
  return names().flatMap((name) => {
    const field = fields[name]
    if (field === undefined || field.fidelity === 'not-understood' || out.has(name)) return []
    return {
      name,
      label: FIELD_LABELS[name](),
      value: String(field.value),
      isExact: field.fidelity === 'exact',
      ...(field.fidelity === 'mapped' && { note: field.note }),
    }
  })
}

export function leftOutRows({ leftOut }: ReadView): LeftOutRow[] {
  return leftOut.map(({ name, value, reason }) => ({
    label: names().find((known) => known === name) === undefined ? name : FIELD_LABELS[name as FieldName](),
    value,
    reason,
  }))
}

function names(): FieldName[] {
  return Object.keys(FIELD_LABELS) as FieldName[]
}
