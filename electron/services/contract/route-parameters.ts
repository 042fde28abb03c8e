/** What stands in addresses, strictly: only what the studio itself would write there. */
import { z } from 'zod'
import { ExportOptionsSchema } from '#shared/contract/history.ts'
import { Hash, Ids } from '#shared/contract/values.ts'
import { AppError, quoted } from '#shared/errors.ts'
import { inputError } from './input-error.ts'

/** "1e3", "0x1", "01" and " 1" are numbers to JavaScript, and no ids. */
const IdText = z
  .string()
  .regex(/^[1-9]\d{0,15}$/)
  .transform(Number)
  .refine(Number.isSafeInteger)

/** @throws {AppError} `not-found` */
export function parseId(text: string): number {
  const id = IdText.safeParse(text)
  if (id.success) return id.data
  throw new AppError('not-found', `${quoted(text)} is no id: an id is a whole number`)
}

/** @throws {AppError} `not-found` */
export function parseHash(text: string): string {
  const hash = Hash.safeParse(text)
  if (hash.success) return hash.data
  throw new AppError('not-found', `${quoted(text)} is no hash: a sha256 in hex has 64 characters`)
}

export const ThumbnailQuery = z.strictObject({
  size: z
    .enum(['256', '512'])
    .default('256')
    .transform((text): 256 | 512 => (text === '256' ? 256 : 512)),
})

/** Options of one image's export; their values are the contract's to check. */
export const ExportQuery = z.strictObject({
  format: z.string().optional(),
  quality: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .optional(),
  settings: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
})

export const ZipRequest = z.strictObject({ ids: Ids, options: ExportOptionsSchema.prefault({}) })

/** @throws {AppError} `invalid-argument` */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown, place: string): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw inputError(place, parsed.error)
}
