import { z } from 'zod'
import { eventSchemas } from '#shared/contract/events.ts'
import type { ServerMessage } from '#shared/contract/wire.ts'
import type { NumberedEvent } from './event-bus.ts'

/** An event as clients are told it. @throws if its payload breaks the contract */
export function eventMessage({ name, payload, number }: NumberedEvent): Extract<ServerMessage, { type: 'event' }> {
  return { type: 'event', name, payload: z.encode<z.ZodType>(eventSchemas[name], payload), number }
}
