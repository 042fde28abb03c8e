/** Whether the whole queue is paused. It is kept beside the settings, so that it outlives the process. */
import { z } from 'zod'
import type { QueueState } from '#shared/contract/jobs.ts'
import { WireErrorSchema, type WireError } from '#shared/errors.ts'
import type { Readers, Writers } from '../../db/studio-database.ts'

/** Not one of the settings that people see. */
const KEY = 'queue.pause'

const PauseSchema = z.object({ isPaused: z.boolean(), pauseReason: WireErrorSchema.nullable() })
export type QueuePause = Omit<QueueState, 'progress'>

export function readQueuePause(read: Readers): QueuePause {
  const stored = PauseSchema.safeParse(read.settings.get(KEY))
  return stored.success ? stored.data : { isPaused: false, pauseReason: null }
}

/** @param reason why it pauses by itself; null: somebody asked for it */
export function pauseQueue(write: Writers, reason: WireError | null, nowMs: number): void {
  write.settings.set(KEY, { isPaused: true, pauseReason: reason } satisfies QueuePause, nowMs)
}

export function resumeQueue(write: Writers): void {
  write.settings.unset(KEY)
}
