/** Events as frames of the wire. Encoded once, however many clients listen. */
import { z } from 'zod'
import { eventSchemas } from '#shared/contract/events.ts'
import { encodeFrame, type Frame } from '#shared/contract/wire.ts'
import type { NumberedEvent } from '../services/events/event-bus.ts'

/** @returns a function from event to frame, which throws if a payload breaks the contract */
export function createEventEncoder(): (event: NumberedEvent) => Frame {
  let last: { event: NumberedEvent; frame: Frame } | undefined
  return (event) => {
    if (last?.event !== event) {
      const { name, payload, number } = event
      const wire = z.encode<z.ZodType>(eventSchemas[name], payload)
      last = { event, frame: encodeFrame({ type: 'event', name, payload: wire, number }) }
    }
    return last.frame
  }
}
