/** The studio as a whole: what it is, how it is, and its engine. */
import { z } from 'zod'
import { WireErrorSchema } from '../errors.ts'
import { Done, Nothing, procedure } from './procedure.ts'

/** `waiting`: it died, and is started again after a while. */
const ENGINE_STATES = ['stopped', 'starting', 'ready', 'busy', 'waiting'] as const

export const EngineStateSchema = z.object({
  state: z.enum(ENGINE_STATES),
  /** Why it ended the last time, if it was not asked to. */
  lastFailure: WireErrorSchema.nullable(),
})
export type EngineState = z.output<typeof EngineStateSchema>

/** One thing that was looked at. */
export const FindingSchema = z.object({
  name: z.string(),
  state: z.enum(['good', 'warning', 'bad']),
  /** What was found and, if it is not good, what to do. */
  message: z.string(),
})
export type Finding = z.output<typeof FindingSchema>

export const studioContract = {
  info: procedure(
    Nothing,
    z.object({
      version: z.string(),
      /** Differs after each start: events can only be replayed within one. */
      epoch: z.string(),
      nodeVersion: z.string(),
      platform: z.string(),
      engine: EngineStateSchema,
      /** What the last start found and mended in the data folder, for people. */
      startupNotes: z.array(z.string()),
    }),
  ),
  doctor: procedure(Nothing, z.object({ findings: z.array(FindingSchema) })),
  /** Gives the engine's memory back now; the next job starts it again. @throws `state-conflict` while it works */
  freeEngine: procedure(Nothing, Done),
}
