/** A job as it is sent. */
import type { z } from 'zod'
import type { NewJobSchema } from '#shared/contract/jobs.ts'

export type NewJobInput = z.input<typeof NewJobSchema>
export type NewItem = NewJobInput['items'][number]
export type GenerationSettings = NonNullable<NewJobInput['settings']>
