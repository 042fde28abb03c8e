/**
 * The texts of a PNG, wherever they stand in it, out of bytes that may be anything: each length is checked against the
 * file, and what is compressed is unpacked up to a limit.
 *
 * Chunk layout: PNG specification, 3rd edition, 5.3 and 11.3.3.
 */
import { inflateSync } from 'node:zlib'
import { MAX_SETTINGS_TEXT_LENGTH } from '#shared/contract/metadata.ts'

export interface TextEntry {
  readonly name: string
  readonly text: string
}

const SIGNATURE_BYTES = 8
const HEADER_BYTES = 8
const CHECKSUM_BYTES = 4
const MAX_CHUNKS = 100_000
/** Sound or not: each may have to be unpacked up to the limit to find out. */
const MAX_TEXTS = 100
const TEXT_TYPES = ['tEXt', 'zTXt', 'iTXt']
/** Of all texts together. */
const MAX_TOTAL_BYTES = 4 * MAX_SETTINGS_TEXT_LENGTH

/** In the order of the file. What is damaged is passed over. */
export function pngTexts(bytes: Uint8Array): TextEntry[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const texts: TextEntry[] = []
  let textCount = 0
  let totalBytes = 0
  let at = SIGNATURE_BYTES
  for (let count = 0; count < MAX_CHUNKS && at + HEADER_BYTES <= file.length; count++) {
    const type = file.toString('latin1', at + 4, at + HEADER_BYTES)
    const dataAt = at + HEADER_BYTES
    const end = dataAt + file.readUInt32BE(at)
    if (end + CHECKSUM_BYTES > file.length) break
    if (TEXT_TYPES.includes(type) && ++textCount > MAX_TEXTS) break
    const entry = readChunk(type, file.subarray(dataAt, end))
    totalBytes += entry?.text.length ?? 0
    if (totalBytes > MAX_TOTAL_BYTES) break
    if (entry !== undefined) texts.push(entry)
    at = end + CHECKSUM_BYTES
  }
  return texts
}

function readChunk(type: string, data: Buffer): TextEntry | undefined {
  if (!TEXT_TYPES.includes(type)) return undefined
  const nameEnd = data.indexOf(0)
  // 1 to 79 characters
  if (nameEnd < 1 || nameEnd > 79) return undefined
  const text = type === 'iTXt' ? international(data, nameEnd + 1) : plain(type, data, nameEnd + 1)
  return text === undefined ? undefined : { name: data.toString('latin1', 0, nameEnd), text }
}

/** PIL and others write UTF-8 into tEXt, where Latin-1 is due. */
function plain(type: string, data: Buffer, at: number): string | undefined {
  // a byte for the method of compression, of which there is one
  const body = type === 'tEXt' ? withinLimit(data.subarray(at)) : unpacked(data.subarray(at + 1))
  return body && (utf8(body) ?? body.toString('latin1'))
}

/** Two bytes of compression, then language and translated name, each with a NUL. */
function international(data: Buffer, at: number): string | undefined {
  const languageEnd = data.indexOf(0, at + 2)
  const translatedEnd = languageEnd === -1 ? -1 : data.indexOf(0, languageEnd + 1)
  if (translatedEnd === -1) return undefined
  const body = data.subarray(translatedEnd + 1)
  const text = data[at] === 1 ? unpacked(body) : withinLimit(body)
  return text?.toString('utf8')
}

function withinLimit(body: Buffer): Buffer | undefined {
  return body.length <= MAX_SETTINGS_TEXT_LENGTH ? body : undefined
}

function unpacked(body: Buffer): Buffer | undefined {
  try {
    return inflateSync(body, { maxOutputLength: MAX_SETTINGS_TEXT_LENGTH })
  } catch {
    return undefined
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Undefined if it is none. Latin-1 with letters beyond ASCII hardly ever happens to be UTF-8. */
function utf8(body: Buffer): string | undefined {
  try {
    return strictUtf8.decode(body)
  } catch {
    return undefined
  }
}
