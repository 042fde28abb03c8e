/**
 * The messages of transports that carry a stream (WebSocket), and their two kinds of frame. Text: the message as JSON.
 * Binary, if a message holds bytes: the header's length (u32, little-endian), the header as JSON, then the bytes of all
 * arrays one after another. The header is {message, lengths}; in the message each array is replaced by
 * {"$bytes": its index}. A field that really has such a name gets one more `$`.
 */
import { z } from 'zod'
import { hasFewValues, MAX_JSON_VALUES, tooManyValues } from '../bounded-json.ts'
import { AppError, WireErrorSchema } from '../errors.ts'

/** A place in the numbered events of one run of the studio. */
export const PositionSchema = z.object({ epoch: z.string().max(100), number: z.int().min(0) })
export type Position = z.infer<typeof PositionSchema>

/** JSON has no way to say that there is nothing but to leave it out. */
const Value = z.unknown().optional()

export const ClientMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.int().min(0), procedure: z.string().max(200), input: Value }),
  /** Asks for events: those after `since`, then all that come. */
  z.object({ type: z.literal('listen'), since: PositionSchema.optional() }),
])
export type ClientMessage = z.infer<typeof ClientMessageSchema>

export const ServerMessageSchema = z.discriminatedUnion('type', [
  /** The first message. `epoch` differs after each start, `lastNumber` is that of the latest event. */
  z.object({ type: z.literal('hello'), epoch: z.string(), lastNumber: z.int(), version: z.string() }),
  z.object({ type: z.literal('result'), id: z.int(), output: Value }),
  z.object({ type: z.literal('error'), id: z.int(), error: WireErrorSchema }),
  z.object({ type: z.literal('event'), name: z.string(), payload: Value, number: z.int().optional() }),
  /** Events were missed that cannot be told again: load everything anew. */
  z.object({ type: z.literal('reset'), lastNumber: z.int() }),
])
export type ServerMessage = z.infer<typeof ServerMessageSchema>

export type Frame = string | Uint8Array<ArrayBuffer>

/** Contracts are a few levels deep; a hostile header could be so deep that walking it ends the stack. */
const MAX_DEPTH = 100
const LENGTH_BYTES = 4
/** Of one message. Every one of them becomes an object before anything is known of it; procedures take one. */
const MAX_ARRAYS = 1_000
const ESCAPED = /^\$+bytes$/

const HeaderSchema = z.object({ message: z.unknown(), lengths: z.array(z.int().min(0)).max(MAX_ARRAYS) })

export function encodeFrame(message: ClientMessage | ServerMessage): Frame {
  const arrays: Uint8Array[] = []
  const replaced = replaceBytes(message, arrays)
  if (arrays.length === 0) return JSON.stringify(message)
  const lengths = arrays.map((array) => array.length)
  const header = new TextEncoder().encode(JSON.stringify({ message: replaced, lengths }))
  const frame = new Uint8Array(LENGTH_BYTES + header.length + lengths.reduce((sum, length) => sum + length, 0))
  new DataView(frame.buffer).setUint32(0, header.length, true)
  frame.set(header, LENGTH_BYTES)
  let at = LENGTH_BYTES + header.length
  for (const array of arrays) {
    frame.set(array, at)
    at += array.length
  }
  return frame
}

/**
 * A frame of a client, checked.
 *
 * @param maxJsonBytes what a text frame or a binary frame's header may have
 * @throws {AppError} `invalid-argument`, `request-too-large`
 */
export function decodeClientFrame(frame: string | Uint8Array, maxJsonBytes: number): ClientMessage {
  return decodeFrame(frame, ClientMessageSchema, maxJsonBytes)
}

/** A frame of the studio, checked. @throws {AppError} `invalid-argument` */
export function decodeServerFrame(frame: string | Uint8Array): ServerMessage {
  return decodeFrame(frame, ServerMessageSchema, Number.MAX_SAFE_INTEGER)
}

function decodeFrame<Message>(frame: string | Uint8Array, schema: z.ZodType<Message>, maxJsonBytes: number): Message {
  const parsed = schema.safeParse(
    typeof frame === 'string' ? parseJson(frame, maxJsonBytes) : unpack(frame, maxJsonBytes),
  )
  if (parsed.success) return parsed.data
  throw invalid(`it is no message: ${parsed.error.issues[0].message}`)
}

function unpack(frame: Uint8Array, maxJsonBytes: number): unknown {
  if (frame.length < LENGTH_BYTES) throw invalid(`${frame.length} bytes are too few for a header`)
  const headerBytes = new DataView(frame.buffer, frame.byteOffset).getUint32(0, true)
  const start = LENGTH_BYTES + headerBytes
  if (start > frame.length) throw invalid(`a header of ${headerBytes} bytes does not fit into ${frame.length}`)
  requireSize(headerBytes, maxJsonBytes)
  const text = new TextDecoder().decode(frame.subarray(LENGTH_BYTES, start))
  const header = HeaderSchema.safeParse(parseJson(text, maxJsonBytes))
  if (!header.success) throw invalid(`its header lacks message or lengths, or names more than ${MAX_ARRAYS} arrays`)
  const arrays: Uint8Array[] = []
  let at = start
  for (const length of header.data.lengths) {
    // a view, not a copy: uploads are large
    arrays.push(new Uint8Array(frame.buffer, frame.byteOffset + at, Math.min(length, frame.length - at)))
    at += length
    if (at > frame.length) break
  }
  if (at !== frame.length) throw invalid(`the arrays of its header do not fill its ${frame.length} bytes`)
  return restoreBytes(header.data.message, arrays, 0)
}

function parseJson(text: string, maxJsonBytes: number): unknown {
  requireSize(text.length, maxJsonBytes)
  if (!hasFewValues(text, MAX_JSON_VALUES)) throw tooManyValues()
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalid('it is no JSON', error)
  }
}

function requireSize(sizeBytes: number, maxJsonBytes: number): void {
  if (sizeBytes <= maxJsonBytes) return
  throw new AppError('request-too-large', `a message of ${sizeBytes} bytes is more than the ${maxJsonBytes} taken`, {
    data: { sizeBytes, limitBytes: maxJsonBytes },
  })
}

function replaceBytes(value: unknown, arrays: Uint8Array[]): unknown {
  if (value instanceof Uint8Array) return { $bytes: arrays.push(value) - 1 }
  if (Array.isArray(value)) return value.map((part) => replaceBytes(part, arrays))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [ESCAPED.test(key) ? `$${key}` : key, replaceBytes(part, arrays)]),
  )
}

function restoreBytes(value: unknown, arrays: readonly Uint8Array[], depth: number): unknown {
  if (depth > MAX_DEPTH) throw invalid(`it is more than ${MAX_DEPTH} levels deep`)
  if (Array.isArray(value)) return value.map((part) => restoreBytes(part, arrays, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  if ('$bytes' in value) return arrayAt(value.$bytes, arrays)
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      ESCAPED.test(key) ? key.slice(1) : key,
      restoreBytes(part, arrays, depth + 1),
    ]),
  )
}

function arrayAt(index: unknown, arrays: readonly Uint8Array[]): Uint8Array {
  const array = typeof index === 'number' ? arrays[index] : undefined
  if (array === undefined) throw invalid(`it names an array that is not among its ${arrays.length}`)
  return array
}

function invalid(found: string, cause?: unknown): AppError {
  return new AppError('invalid-argument', `the frame cannot be read: ${found}`, { cause })
}
