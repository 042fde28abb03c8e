// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { GenerationSettingsSchema } from '#shared/contract/jobs.ts'
import { fieldsOf, GENERATION_FIELDS, type FieldName } from './generation-fields.ts'

test('what a field allows, a job takes', () => {
  for (const name of Object.keys(GENERATION_FIELDS) as FieldName[]) {
    const field = GENERATION_FIELDS[name]
    const values: readonly unknown[] =
      field.kind === 'number' ? [field.min, field.min + field.step, field.max] : field.options
    for (const value of values) {
      expect([name, value, GenerationSettingsSchema.safeParse({ [name]: value }).success]).toEqual([name, value, true])
    }
  }
})

test('the bar has what all panels share, in its order', () => {
  expect(fieldsOf('bar')).toEqual(['scheduler', 'numInferenceSteps', 'guidanceScale'])
})
