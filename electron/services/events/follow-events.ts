/** The studio's events for one client, whatever it is connected by: first what it missed, then all that come. */
import type { Position } from '#shared/contract/wire.ts'
import type { EventBus, NumberedEvent } from './event-bus.ts'

export type Events = Pick<EventBus, 'epoch' | 'lastNumber' | 'listen' | 'since'>

interface Follower {
  onEvent(event: NumberedEvent): void
  /** What was missed is no longer known, or of another start: the client loads everything anew. */
  onReset(lastNumber: number): void
}

/** @param since the last event that the client saw; absent: it has seen none. @returns what ends it */
export function followEvents(bus: Events, since: Position | undefined, follower: Follower): () => void {
  if (since !== undefined) {
    const missed = since.epoch === bus.epoch ? bus.since(since.number) : undefined
    if (missed === undefined) follower.onReset(bus.lastNumber)
    else for (const event of missed) follower.onEvent(event)
  }
  return bus.listen((event) => {
    follower.onEvent(event)
  })
}
