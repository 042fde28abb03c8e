/**
 * The comments of a JPEG (COM segments), out of bytes that may be anything: each length is checked, and reading ends where
 * the picture begins. stable-diffusion.cpp writes `parameters`, a NUL and its infotext; others write text or JSON alone.
 *
 * Layout: ITU T.81, B.1.1.4 and B.2.4.5.
 */
import type { TextEntry } from './png-texts.ts'

const COMMENT = 0xfe
const START_OF_SCAN = 0xda
const MAX_SEGMENTS = 1_000
const KEYWORD = /^[A-Za-z][\w -]{0,78}$/

/** In the order of the file; without a keyword of its own a comment is named "Comment", as in a PNG. */
export function jpegComments(bytes: Uint8Array): TextEntry[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const texts: TextEntry[] = []
  let at = 2
  for (let count = 0; count < MAX_SEGMENTS && at + 4 <= file.length && file[at] === 0xff; count++) {
    const marker = file[at + 1]
    // a marker may be filled up with more of the same byte
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === START_OF_SCAN) break
    const end = at + 2 + file.readUInt16BE(at + 2)
    if (end > file.length || end < at + 4) break
    if (marker === COMMENT) texts.push(commentOf(file.subarray(at + 4, end)))
    at = end
  }
  return texts
}

function commentOf(data: Buffer): TextEntry {
  const nameEnd = data.indexOf(0)
  const name = nameEnd > 0 && nameEnd < data.length - 1 ? data.toString('latin1', 0, nameEnd) : ''
  const hasName = KEYWORD.test(name)
  const body = hasName ? data.subarray(nameEnd + 1) : data
  return { name: hasName ? name : 'Comment', text: decoded(body).replace(/\0+$/, '') }
}

function decoded(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return body.toString('latin1')
  }
}
