/**
 * Pixels as a PNG that carries text. sharp compresses; the text chunks are put in here, because libvips
 * writes no text of ours: tEXt where Latin-1 is enough, iTXt (UTF-8) elsewhere, as PIL does it and so A1111.
 *
 * Chunk layout: PNG specification, 3rd edition, 5.3 and 11.3.3.
 */
import { crc32 } from 'node:zlib'
import sharp from 'sharp'

interface PngImage {
  widthPx: number
  heightPx: number
  /** 4: with transparency. Default: 3. */
  channels?: 3 | 4
  /** One byte a channel, row by row. */
  pixels: Uint8Array
  /** Keyword (1–79 Latin-1 characters) and text, in order. */
  text: readonly (readonly [keyword: string, text: string])[]
}

const SIGNATURE_BYTES = 8
const CHUNK_OVERHEAD_BYTES = 12

export async function encodePng({ widthPx, heightPx, channels = 3, pixels, text }: PngImage): Promise<Buffer> {
  const png = await sharp(pixels, { raw: { width: widthPx, height: heightPx, channels } })
    .png()
    .toBuffer()
  // IHDR comes first in every PNG, whatever else sharp writes
  const headerEnd = SIGNATURE_BYTES + CHUNK_OVERHEAD_BYTES + png.readUInt32BE(SIGNATURE_BYTES)
  const chunks = text.map(([keyword, value]) => textChunk(keyword, value))
  return Buffer.concat([png.subarray(0, headerEnd), ...chunks, png.subarray(headerEnd)])
}

function textChunk(keyword: string, text: string): Buffer {
  // NUL ends fields in both chunks, and a lone surrogate has no UTF-8
  const clean = text.replaceAll('\0', '\ufffd').toWellFormed()
  if (isLatin1(clean)) return chunk('tEXt', Buffer.from(`${keyword}\0${clean}`, 'latin1'))
  // after the keyword: not compressed, method 0, no language, no translated keyword
  return chunk('iTXt', Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(clean, 'utf8')]))
}

function isLatin1(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return false
  return true
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, checksum])
}
