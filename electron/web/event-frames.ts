/** Events as frames of the wire. Encoded once, however many clients listen. */
import { encodeFrame, type Frame } from '#shared/contract/wire.ts'
import type { NumberedEvent } from '../services/events/event-bus.ts'
import { eventMessage } from '../services/events/event-message.ts'

/** @returns a function from event to frame, which throws if a payload breaks the contract */
export function createEventEncoder(): (event: NumberedEvent) => Frame {
  let last: { event: NumberedEvent; frame: Frame } | undefined
  return (event) => {
    if (last?.event !== event) last = { event, frame: encodeFrame(eventMessage(event)) }
    return last.frame
  }
}
