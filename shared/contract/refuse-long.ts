/**
 * Counts before anything is parsed: a schema looks at every element of a list, and writes down what is wrong with each,
 * before it says that there are too many.
 */
import { z } from 'zod'
import { AppError, quoted } from '../errors.ts'

/** @throws {AppError} `invalid-argument` for a list that has more elements than its schema takes */
export function refuseLong(schema: z.core.$ZodType, value: unknown, path = 'the input'): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  const inner = bare(schema)
  if (inner instanceof z.ZodArray) {
    if (!Array.isArray(value)) return
    const max = maxLength(inner) ?? Infinity
    if (value.length > max) {
      throw new AppError('invalid-argument', `${quoted(path)} has ${value.length} elements, at most ${max} are taken`, {
        data: { path, count: value.length, max },
      })
    }
    if (holdsLists(inner.element)) for (const element of value) refuseLong(inner.element, element, path)
  } else if (inner instanceof z.ZodObject) {
    for (const [name, field] of Object.entries(inner.shape)) {
      refuseLong(field as z.core.$ZodType, (value as Record<string, unknown>)[name], name)
    }
  }
}

/** What it is besides being optional, having a default, or being transformed. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = schema._zod as { def: { innerType?: z.core.$ZodType; in?: z.core.$ZodType } }
  const inner = def.innerType ?? def.in
  return inner === undefined ? schema : bare(inner)
}

/** The maximum of a list or a text; undefined if it has none. */
export function maxLength(schema: z.core.$ZodType): number | undefined {
  const limits = checksOf(schema).flatMap(({ maximum }) => maximum ?? [])
  return limits.length === 0 ? undefined : Math.min(...limits)
}

interface CheckDef {
  readonly maximum?: number
  readonly pattern?: RegExp
}

export function checksOf(schema: z.core.$ZodType): CheckDef[] {
  const { checks = [] } = schema._zod.def as { checks?: { _zod: { def: CheckDef } }[] }
  return checks.map(({ _zod }) => _zod.def)
}

/** Items of a job have none, and are not walked through one by one. */
function holdsLists(schema: z.core.$ZodType): boolean {
  const inner = bare(schema)
  if (inner instanceof z.ZodArray) return true
  return (
    inner instanceof z.ZodObject && Object.values(inner.shape).some((field) => holdsLists(field as z.core.$ZodType))
  )
}
