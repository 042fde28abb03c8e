/**
 * Which images are taken as inputs: formats, told by their first bytes before any decoder sees them, and sizes. libvips
 * can also read SVG, PDF and others that pull in fonts, files and far more code than a photo needs.
 */

export interface ImageFormat {
  readonly name: string
  /** Of file names, without the dot. */
  readonly extension: string
  /** Latin-1 at an offset each. */
  readonly magic: readonly (readonly [offset: number, text: string])[]
}

/** Of one input image. Files unpack to far more than they look. */
export const MAX_IMAGE_FILE_BYTES = 256 * 1024 * 1024
export const MAX_IMAGE_SIDE_PX = 16_384
export const MAX_IMAGE_PIXELS = 100_000_000

const PNG_MAGIC = '\x89PNG\r\n\x1a\n'
const PNG = { name: 'PNG', extension: 'png' }
const JPEG = { name: 'JPEG', extension: 'jpg' }
const WEBP = { name: 'WebP', extension: 'webp' }
const GIF = { name: 'GIF', extension: 'gif' }
const TIFF = { name: 'TIFF', extension: 'tif' }
const AVIF = { name: 'AVIF', extension: 'avif' }

const FORMATS: readonly ImageFormat[] = [
  { ...PNG, magic: [[0, PNG_MAGIC]] },
  { ...JPEG, magic: [[0, '\xff\xd8\xff']] },
  {
    ...WEBP,
    magic: [
      [0, 'RIFF'],
      [8, 'WEBP'],
    ],
  },
  { ...GIF, magic: [[0, 'GIF8']] },
  { ...TIFF, magic: [[0, 'II*\0']] },
  { ...TIFF, magic: [[0, 'MM\0*']] },
  { ...AVIF, magic: [[4, 'ftypavif']] },
  { ...AVIF, magic: [[4, 'ftypavis']] },
]

/** For messages. */
export const FORMAT_NAMES = [...new Set(FORMATS.map((format) => format.name))].join(', ')

/** @param bytes the file, or its first 16 bytes */
export function imageFormatOf(bytes: Uint8Array): ImageFormat | undefined {
  const head = latin1(bytes, 0, 16)
  return FORMATS.find(({ magic }) => magic.every(([offset, text]) => head.startsWith(text, offset)))
}

/**
 * Whether a PNG ends before its last chunk. Decoders stop at the last row they need and do not miss it, but a file
 * that lost its end has been damaged on its way here.
 */
export function isCutShortPng(bytes: Uint8Array): boolean {
  if (latin1(bytes, 0, PNG_MAGIC.length) !== PNG_MAGIC) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // each chunk: length, type, data, checksum
  for (let at = PNG_MAGIC.length; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (latin1(bytes, at + 4, at + 8) === 'IEND') return false
  }
  return true
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to))
}
