/**
 * The names and shapes in the header of a safetensors file, as fast as a list of thousands of files needs it: it is
 * walked through once, byte by byte, and only the few values that somebody asks for are parsed (four times as fast as
 * JSON.parse, which makes an object for each of some thousand tensors). It tells what a file is; the engine checks all
 * of it before it uses any (engine/weights/safetensors-header.ts, where the layout is described).
 */
import { open } from 'node:fs/promises'
import type { WeightsHeader } from '#shared/recognize-weights.ts'
import { describeForeignFile, FOREIGN_FILE_BYTES } from '#shared/foreign-file.ts'

const LENGTH_BYTES = 8
/** The reference crate's MAX_HEADER_SIZE. */
const MAX_HEADER_BYTES = 100_000_000
/** Most headers fit into the first read. */
const FIRST_READ_BYTES = 160 * 1024
const METADATA = '__metadata__'

/** @throws {Error} what is wrong with the file, for people; or what the file system says */
export async function readModelHeader(path: string): Promise<WeightsHeader> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const buffer = Buffer.allocUnsafe(Math.min(size, FIRST_READ_BYTES))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0)
    if (bytesRead < LENGTH_BYTES) throw new Error(`it has only ${size} bytes, too few for a safetensors file`)
    const length = buffer.readBigUInt64LE()
    if (length === 0n || length > BigInt(Math.min(size, MAX_HEADER_BYTES))) {
      const foreign = describeForeignFile(buffer.subarray(0, Math.min(bytesRead, FOREIGN_FILE_BYTES)))
      if (foreign !== undefined) throw new Error(`it is not a safetensors file: ${foreign}`)
    }
    if (length > BigInt(MAX_HEADER_BYTES)) throw new Error('it is not a safetensors file, or is damaged')
    const end = LENGTH_BYTES + Number(length)
    if (end > size) throw tooShort(end, size)
    let bytes = buffer.subarray(LENGTH_BYTES, Math.min(end, bytesRead))
    if (end > bytesRead) {
      const whole = Buffer.allocUnsafe(Number(length))
      bytes.copy(whole)
      for (let at = bytes.length; at < whole.length;) {
        const more = await handle.read(whole, at, whole.length - at, LENGTH_BYTES + at)
        if (more.bytesRead === 0) throw tooShort(end, LENGTH_BYTES + at)
        at += more.bytesRead
      }
      bytes = whole
    }
    const { header, dataBytes } = parse(bytes)
    if (end + dataBytes > size) throw tooShort(end + dataBytes, size)
    return header
  } finally {
    await handle.close()
  }
}

function tooShort(expected: number, found: number): Error {
  return new Error(`it should have ${expected} bytes and has ${found}: it was not copied or fetched to its end`)
}

const [QUOTE, BACKSLASH, COMMA, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, ZERO, NINE] = Buffer.from('"\\,{}[]09')

function parse(bytes: Buffer): { header: WeightsHeader; dataBytes: number } {
  /** Where the value of each name begins and ends. */
  const values = new Map<string, [number, number]>()
  let name: string | undefined
  let depth = 0
  let valueBegin = 0
  /** The last number of a list is a size or the end of a tensor; none is larger than the end of the last tensor. */
  let number = 0
  let dataBytes = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) {
      const begin = i + 1
      for (i = begin; bytes[i] !== QUOTE; i++) {
        if (bytes[i] === BACKSLASH) i++
        if (i >= bytes.length) throw notJson()
      }
      if (depth === 1 && name === undefined) {
        name = bytes.toString('latin1', begin, i)
        valueBegin = i + 1
      }
    } else if (byte >= ZERO && byte <= NINE) {
      number = number * 10 + byte - ZERO
    } else {
      if (byte === OPEN || byte === OPEN_LIST) depth++
      else if (byte === CLOSE || byte === CLOSE_LIST) {
        if (byte === CLOSE_LIST && depth === 3 && number > dataBytes) dataBytes = number
        depth--
      }
      if (name !== undefined && ((byte === COMMA && depth === 1) || depth === 0)) {
        values.set(name, [valueBegin, i])
        name = undefined
      }
      number = 0
    }
  }
  if (depth !== 0 || bytes[0] !== OPEN) throw notJson()
  const valueOf = (wanted: string): unknown => {
    const place = values.get(wanted)
    if (place === undefined) return undefined
    try {
      // the colon comes first
      return JSON.parse(bytes.toString('utf8', bytes.indexOf(':', place[0]) + 1, place[1]))
    } catch {
      return undefined
    }
  }
  const names = new Set(values.keys())
  names.delete(METADATA)
  return {
    dataBytes,
    header: {
      names,
      shapeOf(wanted) {
        const { shape } = (valueOf(wanted) ?? {}) as { shape?: unknown }
        return Array.isArray(shape) && shape.every(Number.isSafeInteger) ? (shape as number[]) : undefined
      },
      metadata() {
        const found = valueOf(METADATA)
        return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {}
      },
    },
  }
}

function notJson(): Error {
  return new Error('it is not a safetensors file, or its header is damaged')
}
