/**
 * Which formats are decoded, told by their first bytes before any decoder sees them: libvips can also read SVG, PDF
 * and others that pull in fonts, files and far more code than a photo needs.
 */

interface Format {
  readonly name: string
  /** Latin-1 at an offset each. */
  readonly magic: readonly (readonly [offset: number, text: string])[]
}

const PNG_MAGIC = '\x89PNG\r\n\x1a\n'

const FORMATS: readonly Format[] = [
  { name: 'PNG', magic: [[0, PNG_MAGIC]] },
  { name: 'JPEG', magic: [[0, '\xff\xd8\xff']] },
  {
    name: 'WebP',
    magic: [
      [0, 'RIFF'],
      [8, 'WEBP'],
    ],
  },
  { name: 'GIF', magic: [[0, 'GIF8']] },
  { name: 'TIFF', magic: [[0, 'II*\0']] },
  { name: 'TIFF', magic: [[0, 'MM\0*']] },
  { name: 'AVIF', magic: [[4, 'ftypavif']] },
  { name: 'AVIF', magic: [[4, 'ftypavis']] },
]

/** For messages. */
export const FORMAT_NAMES = [...new Set(FORMATS.map((format) => format.name))].join(', ')

export function isKnownFormat(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  return FORMATS.some(({ magic }) => magic.every(([offset, text]) => head.startsWith(text, offset)))
}

/**
 * Whether a PNG ends before its last chunk. Decoders stop at the last row they need and do not miss it, but a file
 * that lost its end has been damaged on its way here.
 */
export function isCutShortPng(bytes: Uint8Array): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!view.toString('latin1', 0, 8).startsWith(PNG_MAGIC)) return false
  // each chunk: length, type, data, checksum
  for (let at = PNG_MAGIC.length; at + 12 <= view.length; at += 12 + view.readUInt32BE(at)) {
    if (view.toString('latin1', at + 4, at + 8) === 'IEND') return false
  }
  return true
}
