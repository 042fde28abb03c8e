/**
 * The settings in a PNG of ours, out of a file that may be anything: only chunk headers and the text in front of the
 * pixels are read, each length is checked against the file, and nothing is unpacked (ours is never compressed).
 *
 * Chunk layout: PNG specification, 3rd edition, 5.3 and 11.3.3.
 */
import { open, type FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { ImageSettingsSchema, type ImageSettings } from '#shared/generation.ts'

const KEYWORD = 'reprise'
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const HEADER_BYTES = 8
const CHECKSUM_BYTES = 4
/** The longest prompts there are, escaped character by character, and as much again. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024
/** In front of the pixels: a PNG of ours has three. */
const MAX_CHUNKS = 1000

/**
 * @returns undefined if the file has none that are sound: it is not of ours, or damaged
 * @throws what the file system throws
 */
export async function readImageSettings(path: string): Promise<ImageSettings | undefined> {
  const file = await open(path, 'r')
  try {
    const text = await findText(file, (await file.stat()).size)
    return text === undefined ? undefined : parseSettings(text)
  } finally {
    await file.close()
  }
}

async function findText(file: FileHandle, fileBytes: number): Promise<string | undefined> {
  if (!(await read(file, 0, SIGNATURE.length)).equals(SIGNATURE)) return undefined
  let at = SIGNATURE.length
  for (let count = 0; count < MAX_CHUNKS; count++) {
    const header = await read(file, at, HEADER_BYTES)
    if (header.length < HEADER_BYTES) return undefined
    const dataBytes = header.readUInt32BE(0)
    const type = header.toString('latin1', 4)
    const next = at + HEADER_BYTES + dataBytes + CHECKSUM_BYTES
    if (next > fileBytes || type === 'IDAT' || type === 'IEND') return undefined
    if ((type === 'tEXt' || type === 'iTXt') && dataBytes <= MAX_TEXT_BYTES) {
      const chunk = await read(file, at + 4, 4 + dataBytes + CHECKSUM_BYTES)
      const text = textOf(type, chunk)
      if (text !== undefined) return text
    }
    at = next
  }
  return undefined
}

/** @param chunk type, data and checksum; @returns undefined if it is another text, or a damaged one */
function textOf(type: 'tEXt' | 'iTXt', chunk: Buffer): string | undefined {
  const typed = chunk.subarray(0, -CHECKSUM_BYTES)
  const data = typed.subarray(4)
  if (data.toString('latin1', 0, KEYWORD.length + 1) !== `${KEYWORD}\0`) return undefined
  if (crc32(typed) !== chunk.readUInt32BE(typed.length)) return undefined
  const afterKeyword = KEYWORD.length + 1
  if (type === 'tEXt') return data.toString('latin1', afterKeyword)
  // two bytes of compression, then language and translated keyword, each with a NUL
  if (data[afterKeyword] !== 0) return undefined
  const languageEnd = data.indexOf(0, afterKeyword + 2)
  const translatedEnd = languageEnd === -1 ? -1 : data.indexOf(0, languageEnd + 1)
  return translatedEnd === -1 ? undefined : data.toString('utf8', translatedEnd + 1)
}

function parseSettings(text: string): ImageSettings | undefined {
  try {
    return ImageSettingsSchema.safeParse(JSON.parse(text, withExactSeed)).data
  } catch {
    return undefined
  }
}

/** A seed has more bits than a number of JavaScript: it is taken as it is written. */
function withExactSeed(key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  return key === 'seed' && source !== undefined && /^\d{1,20}$/.test(source) ? BigInt(source) : value
}

/** Less than asked for at the end of the file. */
async function read(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}
