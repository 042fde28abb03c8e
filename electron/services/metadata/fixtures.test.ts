/** Files as other programs write them (test/oracles/metadata.py), each field with how far it can be trusted. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ReadSettingsSchema, type ReadSettings } from '#shared/contract/metadata.ts'
import { z } from 'zod'
import { readSettings } from './read-settings.ts'
import { readTexts } from './read-texts.ts'

const DIR = join(import.meta.dirname, '../../../test/fixtures/metadata')

interface Expected {
  source: string
  program?: string
  fields: Record<string, [fidelity: string, value: unknown]>
  modelHashKind?: string
  notUnderstood: string[]
}
const expected = JSON.parse(readFileSync(join(DIR, 'expected.json'), 'utf8')) as Record<string, Expected>

/** In the shape of expected.json; seeds as they cross the wire. */
function summary(read: ReadSettings): Expected {
  const wire = z.encode(ReadSettingsSchema, read)
  const { modelHash } = wire.fields
  return {
    source: wire.source,
    ...(wire.program !== undefined && { program: wire.program }),
    fields: Object.fromEntries(
      Object.entries(wire.fields).map(([name, field]) => [name, [field.fidelity, field.value] as [string, unknown]]),
    ),
    ...(modelHash !== undefined && { modelHashKind: modelHash.kind }),
    notUnderstood: wire.notUnderstood.map(({ name }) => name),
  }
}

describe.each(Object.entries(expected))('%s', (name, wanted) => {
  test('is read field by field', async () => {
    const read = readSettings(await readTexts(readFileSync(join(DIR, name))))
    expect(summary(read)).toEqual(wanted)
    for (const field of Object.values(read.fields)) {
      if (field.fidelity !== 'exact') expect(field.note).not.toBe('')
    }
    expect(read.raw).not.toBe('')
  })
})
