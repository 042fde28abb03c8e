/**
 * Inputs for a procedure out of its own schema, for fuzzing: most fit the schema and lie at its edges, some have a
 * field of another kind, lack one, or have one too many.
 */
import fc from 'fast-check'
import { z } from 'zod'

type JsonSchema = z.core.JSONSchema.JSONSchema

/** Ids that exist in a small studio, and some that do not. */
const SMALL_INTEGER = fc.integer({ min: 0, max: 12 })
const HOSTILE_TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '../../etc/passwd',
    '/proc/self/environ',
    '\0',
    '\ud800',
    "'; DROP TABLE images; --",
    '"unclosed NEAR(*',
    '%n%s',
    '__proto__',
    '𝕏'.repeat(50),
  ),
)

export function arbitraryInput(schema: z.ZodType): fc.Arbitrary<unknown> {
  const fitting = arbitraryOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
  return fc.oneof(
    { weight: 6, arbitrary: fitting },
    {
      weight: 2,
      arbitrary: fc.tuple(fitting, fc.string(), fc.jsonValue()).map(([input, key, value]) => spoil(input, key, value)),
    },
    { weight: 1, arbitrary: fc.anything({ withBigInt: true, withTypedArray: true, withDate: true }) },
  )
}

/** One field replaced, if there is one of this name or place; else one more. */
function spoil(input: unknown, key: string, value: unknown): unknown {
  if (typeof input !== 'object' || input === null) return value
  const keys = Object.keys(input)
  const chosen = keys.length > 0 && key.length % 2 === 0 ? keys[key.length % keys.length] : key
  return { ...input, [chosen]: value }
}

function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom<unknown>(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => arbitraryOf(choice)))
  switch (schema.type) {
    case 'object':
      return objectOf(schema)
    case 'array':
      return fc.array(arbitraryOf(schema.items as JsonSchema), { minLength: schema.minItems ?? 0, maxLength: 4 })
    case 'string':
      return schema.pattern === undefined ? HOSTILE_TEXT : fc.stringMatching(new RegExp(schema.pattern))
    case 'integer':
      return fc.oneof(SMALL_INTEGER, fc.constantFrom(...edges(schema)))
    case 'number':
      return fc.oneof(fc.double({ noNaN: true, min: 0, max: 10 }), fc.constantFrom(...edges(schema)))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      // what JSON schema cannot say: bytes
      return fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.jsonValue())
  }
}

function objectOf({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, arbitraryOf(value as JsonSchema)]),
  )
  return fc.record(fields, { requiredKeys: required })
}

function edges({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): [number, ...number[]] {
  return [minimum, maximum, minimum - 1, maximum + 1, -0]
}
