/** What an embedded colour profile calls itself. */

const DESCRIPTION = 'desc'
const HEADER_BYTES = 128
const TAG_BYTES = 12
const MAX_TAGS = 100

/**
 * Whether a profile is sRGB by its own description. Converting from sRGB to sRGB goes through tables and moves pixels
 * by a level here and there; such images are better taken as they are, as Pillow takes them.
 * @param icc an ICC profile, of which nothing is taken for granted
 */
export function isSrgbProfile(icc: Uint8Array): boolean {
  return /srgb|^(c2|c2ci)$/i.test(description(Buffer.from(icc)))
}

function description(icc: Buffer): string {
  if (icc.length < HEADER_BYTES + 4) return ''
  const tags = Math.min(icc.readUInt32BE(HEADER_BYTES), MAX_TAGS)
  for (let i = 0; i < tags; i++) {
    const at = HEADER_BYTES + 4 + i * TAG_BYTES
    if (at + TAG_BYTES > icc.length) return ''
    if (icc.toString('latin1', at, at + 4) !== DESCRIPTION) continue
    const offset = icc.readUInt32BE(at + 4)
    return offset + 28 > icc.length ? '' : text(icc.subarray(offset, offset + icc.readUInt32BE(at + 8)))
  }
  return ''
}

/** ICC version 2: 'desc', 0, length, ASCII. Version 4: 'mluc', 0, records, their size, then language, length, offset. */
function text(tag: Buffer): string {
  if (tag.length < 28) return tag.length > 12 ? ascii(tag.subarray(12)) : ''
  if (tag.toString('latin1', 0, 4) === DESCRIPTION) {
    return ascii(tag.subarray(12, 12 + Math.min(tag.readUInt32BE(8), tag.length)))
  }
  const length = tag.readUInt32BE(20)
  const offset = tag.readUInt32BE(24)
  // UTF-16BE of what is ASCII in every profile that matters here
  return ascii(tag.subarray(offset, offset + length))
}

function ascii(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll('\0', '')
}
