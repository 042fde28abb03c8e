/** Waits until a queue has nothing more to run. */
import type { WireError } from '#shared/errors.ts'
import type { EventName } from '#shared/contract/events.ts'
import type { Studio } from '../../services/studio/open-studio.ts'

export type Rest =
  { kind: 'empty'; pausedCount: number } | { kind: 'paused'; reason: WireError | null } | { kind: 'interrupted' }

/** After these it is looked at again. */
const MOVES: ReadonlySet<EventName> = new Set<EventName>([
  'job.changed',
  'job.removed',
  'queue.changed',
  'data.changed',
])

export async function untilAtRest({ client, bus }: Pick<Studio, 'client' | 'bus'>, signal: AbortSignal): Promise<Rest> {
  let wake = Promise.withResolvers<undefined>()
  const look = (): void => {
    wake.resolve(undefined)
  }
  const stopListening = bus.listen(({ name }) => {
    if (MOVES.has(name)) look()
  })
  signal.addEventListener('abort', look)
  try {
    for (;;) {
      if (signal.aborted) return { kind: 'interrupted' }
      wake = Promise.withResolvers()
      const rest = await restOf(client)
      if (rest !== undefined) return rest
      await wake.promise
    }
  } finally {
    stopListening()
    signal.removeEventListener('abort', look)
  }
}

async function restOf({ jobs }: Studio['client']): Promise<Rest | undefined> {
  const { isPaused, pauseReason } = await jobs.queueState({})
  const pending = await jobs.pending({})
  // what runs is finished first, whatever is paused
  if (pending.some(({ itemCounts }) => (itemCounts.running ?? 0) > 0)) return undefined
  const waits = pending.some(({ state, itemCounts }) => state !== 'paused' && (itemCounts.queued ?? 0) > 0)
  if (!waits) return { kind: 'empty', pausedCount: pending.filter(({ state }) => state === 'paused').length }
  return isPaused ? { kind: 'paused', reason: pauseReason } : undefined
}
