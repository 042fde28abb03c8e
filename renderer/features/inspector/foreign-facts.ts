/** What is known of an image that was not made here, a line each, and of each line how far it can be trusted. */
import type { ForeignDetail } from '#shared/contract/history.ts'
import type { ReadFields } from '#shared/contract/metadata.ts'
import { FIELD_LABELS } from '#renderer/features/drop/field-rows.ts'

export interface ForeignFact {
  readonly name: keyof ReadFields
  readonly label: string
  /** Absent: the file does not tell it, or not so that it means something here. */
  readonly value?: string
  readonly isExact: boolean
  /** What differs here. */
  readonly note?: string
}

/** Always shown, known or not; below them what only some have. */
const EXPECTED = ['seed', 'numInferenceSteps', 'guidanceScale', 'scheduler', 'modelName'] as const
const OTHERS = ['sigmas', 'strength', 'modelHash'] as const

export function foreignFacts({ read: { fields } }: ForeignDetail): ForeignFact[] {
  const factOf = (name: keyof ReadFields): ForeignFact => {
    const field = fields[name]
    const label = FIELD_LABELS[name]()
    if (field === undefined || field.fidelity === 'not-understood') return { name, label, isExact: false }
    const value = field.value.toString()
    return field.fidelity === 'exact'
      ? { name, label, value, isExact: true }
      : { name, label, value, isExact: false, note: field.note }
  }
  return [...EXPECTED.map(factOf), ...OTHERS.map(factOf).filter(({ value }) => value !== undefined)]
}
