/** Input images, kept by the hash of their bytes, so that what was made from them can always be made again. */
import { z } from 'zod'
import { procedure } from './procedure.ts'
import { Bytes, Hash } from './values.ts'

/** What one upload may have. */
export const MAX_INPUT_BYTES = 100 * 1024 * 1024

export const InputViewSchema = z.object({
  hash: Hash,
  sizeBytes: z.int(),
  widthPx: z.int(),
  heightPx: z.int(),
  createdAtMs: z.int(),
})
export type InputView = z.output<typeof InputViewSchema>

export const inputsContract = {
  /** The bytes of an image file as they are. Adding the same again changes nothing. */
  add: procedure(z.strictObject({ bytes: Bytes }), InputViewSchema),
  get: procedure(z.strictObject({ hash: Hash }), InputViewSchema),
}
