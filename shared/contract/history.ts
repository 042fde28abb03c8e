/** The history: every image that was made, found again, sorted, marked, thrown away and taken out. */
import { z } from 'zod'
import {
  ForeignImageSchema,
  HISTORY_SORTS,
  HistoryFilterSchema,
  HistoryRequestSchema,
  OwnImageSchema,
} from '../history.ts'
import { GENERATION_KINDS, IMAGE_ORIGINS } from '../names.ts'
import { ReadViewSchema } from './metadata.ts'
import { Done, Nothing, procedure } from './procedure.ts'
import { VerdictViewSchema } from './reproduce.ts'
import { Bytes, Id, Ids, SeedField } from './values.ts'

/** Files are asked for by id: where they lie is nobody's business. */
const OwnViewSchema = OwnImageSchema.omit({ fileName: true }).extend({ seed: SeedField })
const ForeignViewSchema = ForeignImageSchema.omit({ fileName: true }).extend({ seed: SeedField.optional() })

export const ImageViewSchema = z.discriminatedUnion('origin', [OwnViewSchema, ForeignViewSchema])
export type ImageView = z.output<typeof ImageViewSchema>

const Named = z.object({ id: Id, name: z.string() })

const Arranged = {
  tags: z.array(Named),
  collections: z.array(Named),
  /** The latest first. */
  verdicts: z.array(VerdictViewSchema),
}

const OwnDetailSchema = OwnViewSchema.extend(Arranged)
const ForeignDetailSchema = ForeignViewSchema.extend({
  ...Arranged,
  /** All that its file says of how it was made, each with how far it can be trusted. */
  read: ReadViewSchema,
})
export type OwnDetail = z.output<typeof OwnDetailSchema>
export type ForeignDetail = z.output<typeof ForeignDetailSchema>

export const ImageDetailSchema = z.discriminatedUnion('origin', [OwnDetailSchema, ForeignDetailSchema])
export type ImageDetail = z.output<typeof ImageDetailSchema>

const FilterField = z.strictObject({
  ...HistoryFilterSchema.shape,
  seed: SeedField.optional(),
  seedFrom: SeedField.optional(),
  seedTo: SeedField.optional(),
})

const PageRequestSchema = z.strictObject({
  ...HistoryRequestSchema.shape,
  filter: FilterField.optional(),
  sort: z.enum(HISTORY_SORTS).optional(),
})

const PageViewSchema = z.object({
  images: z.array(ImageViewSchema),
  after: z.string().optional(),
  before: z.string().optional(),
})

export const EXPORT_FORMATS = ['png', 'jpeg', 'webp'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** `settings`: with what it was made from (as `parameters`, and exactly), or without a trace of it. */
export const ExportOptionsSchema = z.strictObject({
  format: z.enum(EXPORT_FORMATS).default('png'),
  /** JPEG and WebP, 1–100. PNG keeps every pixel. */
  quality: z.int().min(1).max(100).default(92),
  settings: z.boolean().default(true),
})
export type ExportOptions = z.output<typeof ExportOptionsSchema>

const Counted = z.array(z.object({ name: z.string(), imageCount: z.int() }))

export const StatisticsSchema = z.object({
  imageCount: z.int(),
  trashedCount: z.int(),
  favouriteCount: z.int(),
  fileSizeBytes: z.int(),
  /** Computing all of them took. */
  durationMs: z.int(),
  firstAtMs: z.int().nullable(),
  lastAtMs: z.int().nullable(),
  /** The most used first, at most 20 each. */
  models: Counted,
  schedulers: Counted,
  sizes: Counted,
  kinds: z.partialRecord(z.enum(GENERATION_KINDS), z.int()),
  /** Whose they are; without those that nothing is of. */
  origins: z.partialRecord(z.enum(IMAGE_ORIGINS), z.int()),
  verdicts: z.object({ bitExact: z.int(), different: z.int(), failed: z.int() }),
})

const Images = z.strictObject({ ids: Ids })

export const historyContract = {
  page: procedure(PageRequestSchema, PageViewSchema),
  count: procedure(z.strictObject({ filter: FilterField.optional() }), z.object({ imageCount: z.int() })),
  /** How many images each day has, the latest first, for a rail of dates. */
  days: procedure(
    z.strictObject({
      filter: FilterField.optional(),
      /** What to add to UTC to get the person's clock, minutes. */
      utcOffsetMinutes: z.int().min(-900).max(900).default(0),
    }),
    z.array(z.object({ day: z.iso.date(), firstAtMs: z.int(), imageCount: z.int() })),
  ),
  get: procedure(z.strictObject({ id: Id }), ImageDetailSchema),
  setFavourite: procedure(Images.extend({ favourite: z.boolean() }), Done),
  setRating: procedure(Images.extend({ rating: z.int().min(0).max(5) }), Done),
  /** Into the trash, and out of it: nothing is lost. */
  trash: procedure(Images, Done),
  restore: procedure(Images, Done),
  /** For good, file and row; only what is in the trash. */
  remove: procedure(Images, Done),
  emptyTrash: procedure(Nothing, z.object({ removedCount: z.int() })),
  export: procedure(
    z.strictObject({ id: Id, options: ExportOptionsSchema.prefault({}) }),
    z.object({ bytes: Bytes, fileName: z.string(), mimeType: z.string() }),
  ),
  statistics: procedure(Nothing, StatisticsSchema),
}
