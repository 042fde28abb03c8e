/** Models from the network: single files by their address, and repositories of the Hugging Face hub. */
import { z } from 'zod'
import { WireErrorSchema } from '../errors.ts'
import { Done, Nothing, procedure } from './procedure.ts'
import { Hash, Id } from './values.ts'

export const DOWNLOAD_STATES = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled'] as const
export type DownloadState = (typeof DOWNLOAD_STATES)[number]

const DownloadFileViewSchema = z.object({
  /** Below the target, with forward slashes. */
  path: z.string(),
  /** Null: the server has not said. */
  sizeBytes: z.int().nullable(),
  bytesDone: z.int(),
  isDone: z.boolean(),
  /** What people should know about its way here, such as that it began anew. */
  note: z.string().nullable(),
})

export const DownloadViewSchema = z.object({
  id: Id,
  source: z.string(),
  name: z.string(),
  /** The folder that it goes to; of this machine. */
  target: z.string(),
  state: z.enum(DOWNLOAD_STATES),
  /** Why it failed. */
  error: WireErrorSchema.nullable(),
  files: z.array(DownloadFileViewSchema),
  bytesDone: z.int(),
  /** Null while the size of any file is not known. */
  sizeBytes: z.int().nullable(),
  createdAtMs: z.int(),
  finishedAtMs: z.int().nullable(),
})
export type DownloadView = z.output<typeof DownloadViewSchema>

/** What moves while a download runs. */
export const DownloadProgressSchema = z.object({
  id: Id,
  bytesDone: z.int(),
  sizeBytes: z.int().nullable(),
  /** Of the last seconds. */
  bytesPerSecond: z.number(),
  files: z.array(z.object({ path: z.string(), bytesDone: z.int() })),
})
export type DownloadProgress = z.output<typeof DownloadProgressSchema>

/** `https://…`, or `owner/name` of the hub, with `@revision` where it is not `main`. */
const Source = z.string().trim().min(1).max(4_096)
/** Of the weights: `fp16`, … Without one, the files that have none in their name. */
const Variant = z.string().regex(/^[A-Za-z0-9_]{1,32}$/, 'a variant is a short word, such as fp16')
const Target = z.string().min(1).max(4_096)

/** What to fetch, and where it goes. */
const Wanted = z.strictObject({
  source: Source,
  /** A folder, whole path; without one, a folder of its own among the models of the data folder. */
  target: Target.optional(),
  variant: Variant.optional(),
  /** Of a repository: these and no others, by their paths in it. Without them, what its model needs. */
  files: z.array(z.string().min(1).max(4_096)).min(1).max(100).optional(),
  /** What a single file has to be, whatever the server says of it. */
  sha256: Hash.optional(),
})
export type WantedDownload = z.output<typeof Wanted>

const OfDownload = z.strictObject({ id: Id })

export const downloadsContract = {
  /** The latest first. */
  list: procedure(Nothing, z.array(DownloadViewSchema)),
  /** What would be fetched; nothing is. */
  plan: procedure(
    Wanted,
    z.object({
      name: z.string(),
      target: z.string(),
      files: z.array(z.object({ path: z.string(), sizeBytes: z.int().nullable() })),
      /** Null if the server does not say. */
      sizeBytes: z.int().nullable(),
      freeBytes: z.int(),
      /** Variants that the repository has besides. */
      variants: z.array(z.string()),
    }),
  ),
  start: procedure(Wanted, DownloadViewSchema),
  pause: procedure(OfDownload, DownloadViewSchema),
  resume: procedure(OfDownload, DownloadViewSchema),
  /** What was fetched and not finished is deleted; finished files stay. */
  cancel: procedure(OfDownload, DownloadViewSchema),
  /** Of a failed or cancelled one: goes on with what is there. */
  retry: procedure(OfDownload, DownloadViewSchema),
  /** Takes it out of the list. Finished files stay. @throws `state-conflict` while it is not finished */
  remove: procedure(OfDownload, Done),
}
