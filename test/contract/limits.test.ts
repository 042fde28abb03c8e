/** Every list and text that a client can send has a maximum: what has none is what somebody will send sixty megabytes of. */
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { contract } from '#shared/contract/contract.ts'
import { desktopAreas } from '#shared/contract/desktop.ts'
import type { Area } from '#shared/contract/procedure.ts'
import { checksOf, maxLength } from '#shared/contract/refuse-long.ts'

/** From its beginning to its end without a repetition that has none, or with a look at the length before. */
const BOUNDED = /^\^(?:\(\?=\.\{1,\d+\}\$\).*|(?:[^*+{]|\{\d+(?:,\d+)?\})*\$)$/

/** Names of what is unbounded; each kind of schema that is not known is named, so that it gets its line here. */
function unbounded(schema: z.core.$ZodType, at: string): string[] {
  const { def } = schema._zod as { def: { innerType?: z.core.$ZodType; in?: z.core.$ZodType; type: string } }
  if (schema instanceof z.ZodCodec || schema instanceof z.ZodPipe) return unbounded(def.in!, at)
  if (def.innerType !== undefined) return unbounded(def.innerType, at)
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([name, field]) => unbounded(field as z.core.$ZodType, `${at}.${name}`))
  }
  if (schema instanceof z.ZodArray) {
    const own = maxLength(schema) === undefined ? [`${at}[] has no maximum`] : []
    return [...own, ...unbounded(schema.element, `${at}[]`)]
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => unbounded(option, at))
  if (schema instanceof z.ZodRecord) {
    // its count is in a refinement, tried below
    return [...unbounded(schema.keyType, `${at} key`), ...unbounded(schema.valueType, `${at} value`)]
  }
  if (schema instanceof z.ZodString) {
    const patterns = checksOf(schema).flatMap(({ pattern }) => pattern?.source ?? [])
    const isBounded = maxLength(schema) !== undefined || patterns.some((source) => BOUNDED.test(source))
    return isBounded ? [] : [`${at} has no maximum`]
  }
  const isSmall = ['number', 'int', 'bigint', 'boolean', 'enum', 'literal', 'null', 'void', 'custom'].includes(def.type)
  return isSmall ? [] : [`${at} is a ${def.type}, which this test does not know`]
}

const areas: Record<string, Area> = { ...contract, ...desktopAreas }
const procedures = Object.entries(areas).flatMap(([area, named]) =>
  Object.entries(named).map(([name, { input }]) => [`${area}.${name}`, input] as const),
)

describe('limits of the contract', () => {
  test.each(procedures)('%s', (name, input) => {
    expect(unbounded(input, name)).toEqual([])
  })

  test('the test finds what has none', () => {
    const loose = z.strictObject({ ids: z.array(z.int()), text: z.string().optional(), name: z.string().regex(/^a+$/) })
    expect(unbounded(loose, 'loose')).toHaveLength(3)
  })
})
