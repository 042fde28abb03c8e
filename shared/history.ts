/**
 * The history as every part of the program names it: an image with all that is known about it, and how to ask for
 * some of them.
 */
import { z } from 'zod'
import { ImageSettingsSchema, MAX_SEED } from './generation.ts'
import { FOREIGN_ORIGINS, GENERATION_KINDS, SCHEDULERS } from './names.ts'

/** Images a page can have at most; more is asked for page by page. */
export const MAX_PAGE_SIZE = 500

/** 0: not rated. */
const RatingSchema = z.int().min(0).max(5)

/** Of every image that is on disk, whoever made it. */
const KeptImageSchema = z.object({
  id: z.int().positive(),
  /** Milliseconds since 1970, UTC; follows from the id. */
  createdAtMs: z.int(),
  /** sha256 of the decoded RGB8 pixels, hex. */
  pixelHash: z.string(),
  /** Relative to the data folder, with forward slashes. */
  fileName: z.string(),
  fileSizeBytes: z.int(),
  favourite: z.boolean(),
  rating: RatingSchema,
  /** Absent: not in the trash. */
  trashedAtMs: z.int().optional(),
  /** Its file is gone from the data folder. */
  isMissing: z.boolean(),
})

/** One that was made here: everything that it depends on is known, so that it can be made again. */
export const OwnImageSchema = ImageSettingsSchema.extend({
  origin: z.literal('reprise'),
  ...KeptImageSchema.shape,
  /** sha256 of the mask's bytes, hex. */
  maskHash: z.string().optional(),
  /** Neither changes the image; both explain how long it took. */
  threadCount: z.int(),
  durationMs: z.int(),
})
export type OwnImage = z.infer<typeof OwnImageSchema>

/** Of an image that was not made here, what means the same here or nearly so; the rest is not known, and left out. */
export const KnownSettingsSchema = ImageSettingsSchema.pick({
  prompt: true,
  negativePrompt: true,
  seed: true,
  numInferenceSteps: true,
  guidanceScale: true,
  scheduler: true,
  sigmas: true,
  strength: true,
  modelName: true,
  modelHash: true,
}).partial()
export type KnownSettings = z.infer<typeof KnownSettingsSchema>

/** One that was brought in: its file is kept as it came. */
export const ForeignImageSchema = KnownSettingsSchema.extend({
  origin: z.enum(FOREIGN_ORIGINS),
  ...KeptImageSchema.shape,
  /** Of the picture, turned upright; its settings may say what it had before it was enlarged. */
  widthPx: z.int(),
  heightPx: z.int(),
})
export type ForeignImage = z.infer<typeof ForeignImageSchema>

/** `origin` tells them apart (docs/adr/0008-foreign-images.md). */
export type ImageRecord = OwnImage | ForeignImage

const Seed = z.bigint().min(0n).max(MAX_SEED)

/** What can be asked for: those of one origin, or all that were not made here. */
export const HISTORY_ORIGINS = ['reprise', 'other', ...FOREIGN_ORIGINS] as const

/** All that is given must hold. Ranges include both ends. */
export const HistoryFilterSchema = z.object({
  /** Words (each also as the beginning of a word), "phrases", and -words that must be absent, in the prompt. */
  text: z.string().max(1000).optional(),
  origin: z.enum(HISTORY_ORIGINS).optional(),
  kind: z.enum(GENERATION_KINDS).optional(),
  modelHash: z.string().max(64).optional(),
  scheduler: z.enum(SCHEDULERS).optional(),
  seed: Seed.optional(),
  seedFrom: Seed.optional(),
  seedTo: Seed.optional(),
  widthPx: z.int().optional(),
  heightPx: z.int().optional(),
  createdFromMs: z.int().optional(),
  createdToMs: z.int().optional(),
  minRating: RatingSchema.optional(),
  favourite: z.boolean().optional(),
  /** Images that have every one of these. */
  tagIds: z.array(z.int()).max(20).optional(),
  collectionId: z.int().optional(),
  /** Default: what is not in the trash. */
  trashed: z.boolean().optional(),
})
export type HistoryFilter = z.infer<typeof HistoryFilterSchema>

/** `rating`: the best first, the newest first among equals. */
export const HISTORY_SORTS = ['newest', 'oldest', 'rating'] as const
export type HistorySort = (typeof HISTORY_SORTS)[number]

export const HistoryRequestSchema = z.object({
  filter: HistoryFilterSchema.optional(),
  sort: z.enum(HISTORY_SORTS).optional(),
  limit: z.int().min(1).max(MAX_PAGE_SIZE).optional(),
  /** Cursors of an earlier page: what comes after it, or what comes before it. At most one of these three. */
  after: z.string().max(200).optional(),
  before: z.string().max(200).optional(),
  /** Begin at this time: the first image that is not on the other side of it. Not with sort `rating`. */
  atMs: z.int().min(0).optional(),
})
export type HistoryRequest = z.infer<typeof HistoryRequestSchema>

export interface HistoryPage {
  readonly images: ImageRecord[]
  /** Asks for what follows; absent at the end. */
  readonly after?: string
  /** Asks for what comes before; absent at the beginning. */
  readonly before?: string
}
