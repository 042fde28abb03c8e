/**
 * What the studio tells by itself. Events have numbers, one up each; a client that lost its connection asks for what
 * came after the last it saw. What only matters at the moment (`isTransient`) has no number and is not repeated.
 */
import { z } from 'zod'
import { DownloadProgressSchema, DownloadViewSchema } from './downloads.ts'
import { ImageViewSchema } from './history.ts'
import { ItemViewSchema, JobProgressSchema, JobViewSchema, QueueStateSchema } from './jobs.ts'
import { VerdictViewSchema } from './reproduce.ts'
import { SettingsSchema } from './settings.ts'
import { EngineStateSchema } from './studio.ts'
import { Bytes, Id, Ids } from './values.ts'

export const eventSchemas = {
  /** New, changed or moved. */
  'job.changed': z.object({ job: JobViewSchema }),
  'job.removed': z.object({ id: Id }),
  'items.changed': z.object({ jobId: Id, items: z.array(ItemViewSchema) }),
  'queue.changed': QueueStateSchema.omit({ progress: true }),
  'image.added': z.object({ image: ImageViewSchema }),
  /** Marks, tags, collections or trash of these. */
  'images.changed': z.object({ ids: Ids }),
  'images.removed': z.object({ ids: Ids }),
  'verdict.added': z.object({ verdict: VerdictViewSchema }),
  'tags.changed': z.object({}),
  'collections.changed': z.object({}),
  'presets.changed': z.object({}),
  /** Models, or model files. */
  'models.changed': z.object({}),
  /** New, or in another state; `download.progress` tells how far it is. */
  'download.changed': z.object({ download: DownloadViewSchema }),
  'download.removed': z.object({ id: Id }),
  'settings.changed': z.object({ settings: SettingsSchema }),
  'engine.changed': EngineStateSchema,
  /** Somebody should know, and nothing else tells it. */
  warning: z.object({ message: z.string() }),
  /** Another process wrote to the database: whatever a client holds may be out of date. */
  'data.changed': z.object({}),
  'job.progress': JobProgressSchema,
  'download.progress': DownloadProgressSchema,
  /** A small picture of an unfinished image. */
  'item.preview': z.object({
    itemId: Id,
    step: z.int(),
    widthPx: z.int(),
    heightPx: z.int(),
    /** WebP. */
    bytes: Bytes,
  }),
} as const satisfies Record<string, z.ZodType>

export type EventName = keyof typeof eventSchemas
export type EventPayload<Name extends EventName> = z.output<(typeof eventSchemas)[Name]>

/** One event, whichever it is. */
export type StudioEvent = { [Name in EventName]: { name: Name; payload: EventPayload<Name> } }[EventName]

const TRANSIENT: ReadonlySet<EventName> = new Set<EventName>(['job.progress', 'download.progress', 'item.preview'])

/** Told once to whoever listens; without a number, and not repeated. */
export function isTransient(name: EventName): boolean {
  return TRANSIENT.has(name)
}
