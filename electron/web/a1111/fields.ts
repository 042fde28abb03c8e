/**
 * Kinds of fields, as lenient as A1111's API is: null is the same as left out, numbers may come as text. What does not
 * fit is told in pydantic's words.
 */
import { z } from 'zod'
import { MAX_SEED } from '#shared/generation.ts'

const NOT_WHOLE = 'value is not a valid integer'
const NOT_NUMBER = 'value is not a valid float'
const NOT_FLAG = 'value could not be parsed to a boolean'
const NOT_TEXT = 'str type expected'
const NOT_LIST = 'value is not a valid list'
const NOT_DICT = 'value is not a valid dict'
const FIELD_REQUIRED = 'field required'

/** pydantic's names of what is wrong, by message. */
export const ISSUE_TYPES: Readonly<Record<string, string>> = {
  [NOT_WHOLE]: 'type_error.integer',
  [NOT_NUMBER]: 'type_error.float',
  [NOT_FLAG]: 'type_error.bool',
  [NOT_TEXT]: 'type_error.str',
  [NOT_LIST]: 'type_error.list',
  [NOT_DICT]: 'type_error.dict',
  [FIELD_REQUIRED]: 'value_error.missing',
}

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? undefined)

export const whole = (min: number, max: number) =>
  optional(
    z
      .union(
        [
          z.int(),
          z
            .string()
            .regex(/^-?\d{1,15}$/)
            .transform(Number),
        ],
        { error: NOT_WHOLE },
      )
      .pipe(z.int().min(min).max(max)),
  )

/** -1 or a seed of up to 64 bits, which comes as text where a number would have been rounded (shared/exact-json.ts). */
export const seed = () =>
  optional(
    z
      .union([z.int(), z.string().regex(/^(-1|\d{1,20})$/)], { error: NOT_WHOLE })
      .transform(BigInt)
      .pipe(z.bigint().min(-1n).max(MAX_SEED)),
  )

export const number = (min = -1e9, max = 1e9) =>
  optional(
    z
      .union(
        [
          z.number(),
          z
            .string()
            .regex(/^-?\d{1,15}(\.\d{1,15})?$/)
            .transform(Number),
        ],
        { error: NOT_NUMBER },
      )
      .pipe(z.number().min(min).max(max)),
  )

const WORDS: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false }
export const flag = () =>
  optional(
    z.union(
      [z.boolean(), z.union([z.literal([0, 1]), z.enum(['true', 'false', '1', '0'])]).transform((word) => WORDS[word])],
      { error: NOT_FLAG },
    ),
  )

export const text = (maxLength = 100_000_000) => optional(z.string({ error: NOT_TEXT }).max(maxLength))
export const list = <Schema extends z.ZodType>(item: Schema, maxCount = 1_000) =>
  optional(z.array(item, { error: NOT_LIST }).max(maxCount))
export const dict = () => optional(z.record(z.string(), z.unknown(), { error: NOT_DICT }))
export const listed = z.string({ error: NOT_TEXT })
/** Has to be there. */
export const requiredText = z.string({
  error: ({ input }) => (input === undefined || input === null ? FIELD_REQUIRED : NOT_TEXT),
})
