import { z } from 'zod'
import { eventSchemas, type StudioEvent } from './events.ts'
import type { ServerMessage } from './wire.ts'

/** @returns undefined for what this version does not know, 'broken' for what breaks the contract */
export function decodeEvent({
  name,
  payload,
}: Extract<ServerMessage, { type: 'event' }>): StudioEvent | 'broken' | undefined {
  if (!Object.hasOwn(eventSchemas, name)) return undefined
  const decoded = z.safeDecode<z.ZodType>(eventSchemas[name as keyof typeof eventSchemas], payload)
  return decoded.success ? ({ name, payload: decoded.data } as StudioEvent) : 'broken'
}
