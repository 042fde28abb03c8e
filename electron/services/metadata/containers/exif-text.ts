/**
 * A field of EXIF as text. A UserComment begins with eight bytes that name its encoding; programs disagree about the
 * byte order behind `UNICODE\0` (the standard leaves it open: A1111 writes big-endian, SwarmUI little-endian), and some
 * write UTF-8 with no prefix at all.
 */
import type { ExifField } from './exif-fields.ts'

const PREFIX_BYTES = 8

export function exifText({ bytes }: Pick<ExifField, 'bytes'>): string {
  const prefix = bytes.toString('latin1', 0, PREFIX_BYTES)
  const body = bytes.subarray(PREFIX_BYTES)
  if (prefix === 'UNICODE\0') return withoutEnd(utf16(body))
  // eight NULs: not said which; Pillow writes whatever it is given
  if (prefix === 'ASCII\0\0\0' || prefix === '\0'.repeat(PREFIX_BYTES)) return withoutEnd(body.toString('utf8'))
  return withoutEnd(bytes.toString('utf8'))
}

/** Settings are mostly ASCII: its zero bytes come first in big-endian and second in little-endian. */
function utf16(body: Buffer): string {
  const even = Buffer.from(body.subarray(0, body.length - (body.length % 2)))
  if (even.length === 0) return ''
  const mark = even.readUInt16BE(0)
  if (mark === 0xfeff) return even.subarray(2).swap16().toString('utf16le')
  if (mark === 0xfffe) return even.toString('utf16le', 2)
  let first = 0
  let second = 0
  for (let at = 0; at < even.length; at += 2) {
    if (even[at] === 0) first++
    if (even[at + 1] === 0) second++
  }
  // neither has zeros if UTF-8 stands behind the prefix
  if (first === 0 && second === 0 && /^[\x20-\x7e\s]/.test(even.toString('latin1', 0, 1))) return body.toString('utf8')
  return second > first ? even.toString('utf16le') : even.swap16().toString('utf16le')
}

function withoutEnd(text: string): string {
  const end = text.indexOf('\0')
  return (end === -1 ? text : text.slice(0, end)).trimEnd()
}
