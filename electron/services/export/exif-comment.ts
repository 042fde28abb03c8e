/**
 * A text as EXIF UserComment, and where JPEG and WebP files carry it. A1111 and what reads its files expect the text in
 * UTF-16, big-endian, behind `UNICODE\0`; what sharp writes is ASCII, without the letters that have none.
 *
 * Layout: Exif 2.32 (CIPA DC-008), 4.5.2 and 4.6.6; WebP container specification, "Extended File Format".
 */
import { AppError } from '#shared/errors.ts'

const EXIF_IFD_POINTER = 0x8769
const USER_COMMENT = 0x9286
const TYPE_LONG = 4
const TYPE_UNDEFINED = 7
const TIFF_HEADER_BYTES = 8
/** A directory of one entry: count, entry, offset of the next. */
const DIRECTORY_BYTES = 2 + 12 + 4

/** A TIFF block with this one field. */
export function exifComment(text: string): Buffer {
  // readers end a text at NUL
  const clean = text.replaceAll('\0', '\ufffd').toWellFormed()
  const comment = Buffer.concat([Buffer.from('UNICODE\0', 'latin1'), Buffer.from(clean, 'utf16le').swap16()])
  const exifAt = TIFF_HEADER_BYTES + DIRECTORY_BYTES
  return Buffer.concat([
    // MM: big-endian; 42; where the first directory is
    Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, TIFF_HEADER_BYTES]),
    directory(EXIF_IFD_POINTER, TYPE_LONG, 1, exifAt),
    directory(USER_COMMENT, TYPE_UNDEFINED, comment.length, exifAt + DIRECTORY_BYTES),
    comment,
  ])
}

function directory(tag: number, type: number, count: number, value: number): Buffer {
  const bytes = Buffer.alloc(DIRECTORY_BYTES)
  bytes.writeUInt16BE(1, 0)
  bytes.writeUInt16BE(tag, 2)
  bytes.writeUInt16BE(type, 4)
  bytes.writeUInt32BE(count, 6)
  bytes.writeUInt32BE(value, 10)
  return bytes
}

const START_OF_IMAGE_BYTES = 2
const MAX_SEGMENT_BYTES = 0xffff

/** @throws {AppError} `invalid-argument` if it does not fit: a JPEG has room for 64 KiB, some 32,000 characters */
export function jpegWithExif(jpeg: Buffer, exif: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif])
  const length = body.length + 2
  if (length > MAX_SEGMENT_BYTES) {
    throw new AppError(
      'invalid-argument',
      `the prompt is too long for a JPEG, which has room for ${MAX_SEGMENT_BYTES} bytes of settings: ` +
        'export as PNG or WebP, or without settings',
      { data: { sizeBytes: length, maxBytes: MAX_SEGMENT_BYTES } },
    )
  }
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, length >> 8, length & 0xff]), body])
  return Buffer.concat([jpeg.subarray(0, START_OF_IMAGE_BYTES), segment, jpeg.subarray(START_OF_IMAGE_BYTES)])
}

const RIFF_HEADER_BYTES = 12
const HAS_EXIF = 0x08

/** @param webp the simple format, lossy: `RIFF`, size, `WEBP`, one `VP8 ` chunk */
export function webpWithExif(webp: Buffer, exif: Buffer, widthPx: number, heightPx: number): Buffer {
  const kind = webp.toString('latin1', RIFF_HEADER_BYTES, RIFF_HEADER_BYTES + 4)
  if (kind !== 'VP8 ') throw new AppError('internal', `a WebP file of the simple format was expected, not ${kind}`)
  const header = Buffer.alloc(10)
  header.writeUInt8(HAS_EXIF, 0)
  header.writeUIntLE(widthPx - 1, 4, 3)
  header.writeUIntLE(heightPx - 1, 7, 3)
  const body = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    riffChunk('VP8X', header),
    webp.subarray(RIFF_HEADER_BYTES),
    riffChunk('EXIF', exif),
  ])
  return riffChunk('RIFF', body)
}

/** Padded to an even length, which the size does not tell. */
function riffChunk(kind: string, data: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(data.length)
  return Buffer.concat([Buffer.from(kind, 'latin1'), size, data, Buffer.alloc(data.length % 2)])
}
